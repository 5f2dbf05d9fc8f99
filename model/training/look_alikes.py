"""Look-alikes made of ordinary nuclei, since nobody labelled real ones.

Darkness alone must prove nothing, nor a smooth dark shape: dying nuclei are that. A nucleus is
altered in its own hue, as a foreign one would give it away. IBM's network is then asked about it as
it has become.
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from augment import HAEMATOXYLIN, densities

_SMOOTH = 0.4  # share of look-alikes without texture
_DENSER = 1.2  # a nucleus becomes up to 1 + this times as dense
_PART = 256  # windows held as floats at once


def _haematoxylin(density: Tensor) -> tuple[Tensor, Tensor]:
    """How much of it each pixel holds `[n, 1, h, w]`, and how much the nuclei do `[n, 1, 1, 1]`."""
    amount = torch.einsum("nchw,c->nhw", density, HAEMATOXYLIN).clamp(min=0)[:, None]
    return amount, torch.quantile(amount.flatten(1)[:, ::7], 0.92, dim=1)[:, None, None, None] + 0.05


def _darken(density: Tensor, amount: Tensor, nuclear: Tensor, gain: Tensor) -> Tensor:
    """Nuclei up to 1 + `gain` times as dense, with their texture."""
    return density * (1 + gain * (amount / nuclear).clamp(max=1))


def _condense(density: Tensor, amount: Tensor, nuclear: Tensor, gain: Tensor) -> Tensor:
    """What is as dark as the centre, smooth and up to 1 + `gain` times as dense.

    So look dying cells, whose chromatin is one mass (pyknosis).
    """
    blurred = torch.from_numpy(np.stack([cv2.GaussianBlur(a, (0, 0), 2.5) for a in amount[:, 0].numpy()]))[:, None]
    around = blurred.flatten(1).median(dim=1).values[:, None, None, None]
    centre = blurred[:, :, 24:40, 24:40].amax(dim=(2, 3), keepdim=True)
    rise = (centre - around).clamp(min=0.1)
    inside = torch.sigmoid(((blurred - around) / rise - 0.55) * 9)
    weight = (amount / nuclear).clamp(max=1) ** 4
    hue = (density * weight).sum(dim=(2, 3), keepdim=True) / weight.sum(dim=(2, 3), keepdim=True).clamp(min=1e-9)
    texture = 0.6 + 0.4 * (amount / nuclear).clamp(max=1.5)
    return torch.lerp(density, hue * (1 + gain) * texture, inside)


def make_look_alikes(windows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """`uint8` windows `[n, 64, 64, 3]` with their nuclei up to 2.2 times as dense."""
    altered = np.empty_like(windows)
    for i in range(0, len(windows), _PART):
        density = densities(windows[i : i + _PART])
        draw = torch.from_numpy(random.random((2, len(density), 1, 1, 1), np.float32))
        stained = density, *_haematoxylin(density), draw[0] * _DENSER
        density = torch.where(draw[1] < _SMOOTH, _condense(*stained), _darken(*stained))
        light = (torch.exp(-density) * 256 - 1).round().clamp(0, 255)
        altered[i : i + _PART] = light.to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return altered
