"""Converts between light and optical density, in which the stains of a section add up (Beer-Lambert).

Stain vectors: Ruifrok and Johnston 2001, Anal Quant Cytol Histol 23:291.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

# Optical density in red, green and blue of hematoxylin, eosin and diaminobenzidine, normalized, `[3, 3]`.
STAINS = F.normalize(torch.tensor([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]]), dim=1)
# The amount of hematoxylin in a pixel is the dot product of its optical density with this, `[3]`.
HEMATOXYLIN = torch.linalg.inv(STAINS)[:, 0]
_DENSITY_OF_LEVEL = -np.log((np.arange(256, dtype=np.float32) + 1) / 256)  # of each level of a channel


def to_density(windows: np.ndarray) -> Tensor:
    """Returns the optical density, `float32` `[n, 3, h, w]`, of `uint8` RGB `[n, h, w, 3]`."""
    return torch.from_numpy(_DENSITY_OF_LEVEL[windows]).permute(0, 3, 1, 2)
