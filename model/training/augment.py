"""What another laboratory, scanner or section would have made of the same cell.

Rotation, flip, scale and shift in one resampling; focus and JPEG; stain in optical density
(Beer-Lambert; stain vectors of Ruifrok and Johnston 2001, Anal Quant Cytol Histol 23:291); noise.
"""

import math

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from data import WINDOW

_STAINS = F.normalize(torch.tensor([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]]), dim=1)
_DENSITY = -np.log((np.arange(256, dtype=np.float32) + 1) / 256)  # optical density of each grey level


def resample(
    image: np.ndarray, frame: np.ndarray, centre: np.ndarray, shift: float, zoom: float, random: np.random.Generator
) -> np.ndarray:
    """A 64 px window of `image` around `centre`, at a chance angle, size, side and place.

    `frame` (x0, y0, x1, y1) is reflected at its border; `shift` is the largest displacement in px
    and `zoom` the largest change of size. Half of the angles are right ones, which need no
    interpolation and keep the texture.
    """
    angle = random.uniform(0, 2 * math.pi)
    if random.random() < 0.5:
        angle = round(angle / (math.pi / 2)) * (math.pi / 2)
    size = zoom ** random.uniform(-1, 1)
    cos, sin = math.cos(angle) * size, math.sin(angle) * size
    turn = np.array([[cos, -sin], [sin, cos]])
    if random.random() < 0.5:
        turn[:, 0] *= -1
    x0, y0, x1, y1 = (int(edge) for edge in frame)
    moved = centre - 0.5 - (x0, y0) + random.uniform(-shift, shift, 2)
    origin = moved - turn @ np.full(2, (WINDOW - 1) / 2)
    return cv2.warpAffine(
        image[y0:y1, x0:x1],
        np.concatenate([turn, origin[:, None]], axis=1),
        (WINDOW, WINDOW),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )


def defocus(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Sometimes out of focus, sometimes sharpened, sometimes compressed by JPEG."""
    chance = random.random()
    if chance < 0.35:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.5, 1.8))
    elif chance < 0.5:
        soft = cv2.GaussianBlur(image, (0, 0), 1.0)
        share = random.uniform(0.2, 1.0)
        image = cv2.addWeighted(image, 1 + share, soft, -share, 0)
    if random.random() < 0.15:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(30, 90))]
        image = cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)
    return image


def densities(windows: np.ndarray) -> Tensor:
    """Optical density `[n, 3, h, w]` of `uint8` `[n, h, w, 3]`."""
    return torch.from_numpy(_DENSITY[windows]).permute(0, 3, 1, 2)


def restain(density: Tensor, label: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Change how much of each stain was used, its colour, and the lamp.

    Haematoxylin becomes up to 2.4 times as strong on negatives and 1.6 times on mitoses, so that
    darkness alone proves nothing. A third of the windows takes the colours of another window.
    """
    count = len(density)
    logs = (torch.rand(count, 3, generator=random) * 2 - 1) * torch.tensor([0.55, 0.6, 0.5]) * strength
    logs[:, 0] += torch.where(label > 0.5, -0.05, 0.3) * torch.rand(count, generator=random) * strength
    colours = _STAINS + torch.randn(count, 3, 3, generator=random) * 0.05 * strength
    mix = torch.linalg.inv(_STAINS) @ torch.diag_embed(torch.exp(logs)) @ colours
    mean, spread = density.mean(dim=(2, 3)), density.std(dim=(2, 3)) + 0.02
    other = torch.randperm(count, generator=random)
    borrow = (torch.rand(count, 1, generator=random) < 0.33 * strength).float()
    gain = 1 + borrow * ((spread[other] / spread).clamp(0.6, 1.6) - 1)
    mix = torch.diag_embed(gain) @ mix
    lamp = torch.randn(count, 3, generator=random) * 0.03 + torch.randn(count, 1, generator=random) * 0.05
    lamp = lamp * strength + borrow * 0.7 * (mean[other] - mean)
    return torch.bmm(mix.transpose(1, 2), density.flatten(2)).view(density.shape) + lamp[:, :, None, None]


def expose(density: Tensor, random: torch.Generator) -> Tensor:
    """RGB in -1..1 of optical density, with the noise of a chance camera."""
    image = torch.exp(-density)
    noisy = torch.nonzero(torch.rand(len(image), generator=random) < 0.3).flatten()
    noise = torch.randn((len(noisy), *image.shape[1:]), generator=random)
    image[noisy] += noise * (torch.rand(len(noisy), 1, 1, 1, generator=random) * 0.04)
    return image.clamp_(0, 1).mul_(2).sub_(1)
