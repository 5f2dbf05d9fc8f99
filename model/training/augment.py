"""What another laboratory, scanner or section would have made of the same cell.

Focus and JPEG; stain in optical density (Beer-Lambert; stain vectors of Ruifrok and Johnston 2001,
Anal Quant Cytol Histol 23:291); noise. Angle, size and place: `views.py`.
"""

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

_STAINS = F.normalize(torch.tensor([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]]), dim=1)
# How much haematoxylin a pixel holds is its optical density times this.
HAEMATOXYLIN = torch.linalg.inv(_STAINS)[:, 0]
_AS_IT_IS = 0.25  # share of windows that keep their colours
_DENSITY = -np.log((np.arange(256, dtype=np.float32) + 1) / 256)  # optical density of each grey level


def defocus(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Sometimes out of focus, sometimes sharpened, sometimes compressed by JPEG.

    Never so soft that chromatin loses its texture, which is what tells mitoses from dark nuclei.
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


def densities(windows: np.ndarray) -> Tensor:
    """Optical density `[n, 3, h, w]` of `uint8` `[n, h, w, 3]`."""
    return torch.from_numpy(_DENSITY[windows]).permute(0, 3, 1, 2)


def _recolour(density: Tensor, random: torch.Generator) -> Tensor:
    """Another hue; three in ten partly faded to grey."""
    count = len(density)
    mix = torch.eye(3) + torch.randn(count, 3, 3, generator=random) * 0.05
    fade = torch.rand(count, 1, 1, generator=random) * (torch.rand(count, 1, 1, generator=random) < 0.3)
    mix = mix * (1 - fade) + fade / 3
    return torch.bmm(mix, density.flatten(2)).view(density.shape).clamp(min=0)


def _mix_stains(density: Tensor, label: Tensor, strength: float, random: torch.Generator) -> Tensor:
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


def restain(density: Tensor, label: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """As another laboratory would have stained it; some windows stay as they are.

    What IBM's network says holds for the colours as they are, so that it is learnt best there.
    """
    altered = _mix_stains(_recolour(density, random), label, strength, random)
    kept = torch.rand(len(density), 1, 1, 1, generator=random) < _AS_IT_IS
    return torch.where(kept, density, altered)


def expose(density: Tensor, random: torch.Generator) -> Tensor:
    """RGB in -1..1 of optical density, with the noise of a chance camera."""
    image = torch.exp(-density)
    noisy = torch.nonzero(torch.rand(len(image), generator=random) < 0.3).flatten()
    noise = torch.randn((len(noisy), *image.shape[1:]), generator=random)
    image[noisy] += noise * (torch.rand(len(noisy), 1, 1, 1, generator=random) * 0.04)
    return image.clamp_(0, 1).mul_(2).sub_(1)
