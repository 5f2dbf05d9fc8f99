"""Alters a view as another laboratory, scanner or section would have: focus, JPEG, color, stain and noise.

Every use of a view is altered anew. Angle, scale and place are part of the view (`geometry.py`).
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from mitosis.views.optical_density import STAINS

_UNALTERED_SHARE = 0.25  # of windows that keep their colors


def alter_sharpness(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Blurs a quarter of the images, sharpens a fifth, and then compresses 15 % as JPEG.

    `image` is `uint8` `[h, w, 3]`. Blur stays below a sigma of 1.3 px: beyond it a mitosis and a dark nucleus look
    alike, because the texture of chromatin tells them apart.
    """
    chance = random.random()
    if chance < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.4, 1.3))
    elif chance < 0.45:
        soft = cv2.GaussianBlur(image, (0, 0), 1.0)
        share = random.uniform(0.2, 1.2)
        image = cv2.addWeighted(image, 1 + share, soft, -share, 0)
    if random.random() < 0.15:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(35, 92))]
        image = cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)
    return image


def _shift_hue(density: Tensor, random: torch.Generator) -> Tensor:
    """Mixes the channels a little; fades three in ten windows partly to gray."""
    count = len(density)
    mix = torch.eye(3) + torch.randn(count, 3, 3, generator=random) * 0.05
    fade = torch.rand(count, 1, 1, generator=random) * (torch.rand(count, 1, 1, generator=random) < 0.3)
    mix = mix * (1 - fade) + fade / 3
    return torch.bmm(mix, density.flatten(2)).view(density.shape).clamp(min=0)


def _mix_stains(density: Tensor, label: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Changes the amount and color of each stain, and the brightness and color of the lamp.

    At strength 1 hematoxylin becomes up to 2.3 times as strong in negatives and 1.7 times in mitoses, so that a dark
    nucleus is not a mitosis for its darkness. A third of the windows (at strength 1) takes the mean and spread of the
    colors of another window.
    """
    count = len(density)
    logs = (torch.rand(count, 3, generator=random) * 2 - 1) * torch.tensor([0.55, 0.6, 0.5]) * strength
    logs[:, 0] += torch.where(label > 0.5, -0.05, 0.3) * torch.rand(count, generator=random) * strength
    colors = STAINS + torch.randn(count, 3, 3, generator=random) * 0.05 * strength
    mix = torch.linalg.inv(STAINS) @ torch.diag_embed(torch.exp(logs)) @ colors
    mean, spread = density.mean(dim=(2, 3)), density.std(dim=(2, 3)) + 0.02
    other = torch.randperm(count, generator=random)
    borrow = (torch.rand(count, 1, generator=random) < 0.33 * strength).float()
    gain = 1 + borrow * ((spread[other] / spread).clamp(0.6, 1.6) - 1)
    mix = torch.diag_embed(gain) @ mix
    lamp = torch.randn(count, 3, generator=random) * 0.03 + torch.randn(count, 1, generator=random) * 0.05
    lamp = lamp * strength + borrow * 0.7 * (mean[other] - mean)
    return torch.bmm(mix.transpose(1, 2), density.flatten(2)).view(density.shape) + lamp[:, :, None, None]


def restain(density: Tensor, label: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Alters the colors of three quarters of the windows, and leaves the others as they are.

    `density` is optical density `[n, 3, h, w]`, `label` `[n]`. IBM's logit of a view was computed in unaltered colors
    and is exact only there, so that some windows keep theirs.
    """
    altered = _mix_stains(_shift_hue(density, random), label, strength, random)
    kept = torch.rand(len(density), 1, 1, 1, generator=random) < _UNALTERED_SHARE
    return torch.where(kept, density, altered)


def to_noisy_rgb(density: Tensor, random: torch.Generator) -> Tensor:
    """Returns RGB in -1..1, `float32` `[n, 3, h, w]`, of optical density; three in ten windows get camera noise."""
    image = torch.exp(-density)
    noisy = torch.nonzero(torch.rand(len(image), generator=random) < 0.3).flatten()
    noise = torch.randn((len(noisy), *image.shape[1:]), generator=random)
    image[noisy] += noise * (torch.rand(len(noisy), 1, 1, 1, generator=random) * 0.04)
    return image.clamp_(0, 1).mul_(2).sub_(1)
