"""Makes look-alikes of ordinary nuclei: dark or smooth nuclei that resemble mitoses, since the data label none.

They teach that neither darkness nor a smooth dark shape makes a mitosis: dying nuclei have both. A nucleus is altered
in its own hue, because another hue would give the look-alike away. IBM's network scores the result, not the original.
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from mitosis.views.optical_density import HEMATOXYLIN, to_density

_SMOOTH_SHARE = 0.4  # of look-alikes
_MAX_GAIN = 1.2  # a nucleus becomes up to 1 + this times as dense
_BATCH = 256  # windows held as floats at once


def _hematoxylin(density: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the amount of hematoxylin of each pixel, `[n, 1, h, w]`, and of the nuclei, `[n, 1, 1, 1]`.

    That of the nuclei is the 92nd percentile of the window.
    """
    amount = torch.einsum("nchw,c->nhw", density, HEMATOXYLIN).clamp(min=0)[:, None]
    return amount, torch.quantile(amount.flatten(1)[:, ::7], 0.92, dim=1)[:, None, None, None] + 0.05


def _darken(density: Tensor, amount: Tensor, nuclear: Tensor, gain: Tensor) -> Tensor:
    """Makes nuclei up to 1 + `gain` times as dense, and keeps their texture."""
    return density * (1 + gain * (amount / nuclear).clamp(max=1))


def _condense(density: Tensor, amount: Tensor, nuclear: Tensor, gain: Tensor) -> Tensor:
    """Makes what is as dark as the middle of the window smooth and up to 1 + `gain` times as dense.

    Dying cells look like this: their chromatin is one mass (pyknosis).
    """
    blurred = torch.from_numpy(np.stack([cv2.GaussianBlur(a, (0, 0), 2.5) for a in amount[:, 0].numpy()]))[:, None]
    around = blurred.flatten(1).median(dim=1).values[:, None, None, None]
    middle = blurred[:, :, 24:40, 24:40].amax(dim=(2, 3), keepdim=True)
    rise = (middle - around).clamp(min=0.1)
    inside = torch.sigmoid(((blurred - around) / rise - 0.55) * 9)
    weight = (amount / nuclear).clamp(max=1) ** 4
    hue = (density * weight).sum(dim=(2, 3), keepdim=True) / weight.sum(dim=(2, 3), keepdim=True).clamp(min=1e-9)
    texture = 0.6 + 0.4 * (amount / nuclear).clamp(max=1.5)
    return torch.lerp(density, hue * (1 + gain) * texture, inside)


def make_look_alikes(windows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns the windows, `uint8` RGB `[n, 64, 64, 3]`, with their nuclei up to 2.2 times as dense.

    Six in ten keep their texture; the others become smooth.
    """
    altered = np.empty_like(windows)
    for i in range(0, len(windows), _BATCH):
        density = to_density(windows[i : i + _BATCH])
        draw = torch.from_numpy(random.random((2, len(density), 1, 1, 1), np.float32))
        stained = density, *_hematoxylin(density), draw[0] * _MAX_GAIN
        density = torch.where(draw[1] < _SMOOTH_SHARE, _condense(*stained), _darken(*stained))
        light = (torch.exp(-density) * 256 - 1).round().clamp(0, 255)
        altered[i : i + _BATCH] = light.to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return altered
