"""Where nuclei are: local minima of the red channel, which haematoxylin absorbs most."""

import numpy as np
import torch
from torch.nn import functional as F


def find_nuclei(image: np.ndarray, spacing: int = 13) -> np.ndarray:
    """Centres `(x, y)` of dark blobs of an RGB image, darkest first, `spacing / 2` px apart."""
    red = torch.from_numpy(np.ascontiguousarray(image[:, :, 0])).float()[None, None]
    for _ in range(2):  # two boxes of 7 px: near a Gaussian of sigma 3 px
        red = F.avg_pool2d(F.pad(red, (3, 3, 3, 3), mode="reflect"), 7, 1)
    dark = -red
    peak = (dark == F.max_pool2d(dark, spacing, 1, spacing // 2)) & (red < red.mean())
    y, x = torch.nonzero(peak[0, 0], as_tuple=True)
    order = torch.argsort(red[0, 0, y, x])
    return torch.stack([x, y], 1)[order].numpy()
