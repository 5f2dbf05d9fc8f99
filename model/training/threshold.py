"""From which probability on a place in a field is called a mitosis."""

from dataclasses import replace

import numpy as np
import torch

from metrics import sigmoid
from pool import Pool
from train import score_pool

# Share of nuclei above the threshold: a field of 1,024 px holds about a thousand, so that about one is flagged
# wrongly in each.
_WANTED_RATE = 0.001
# What the service takes the mean over where a mitosis may be: the window around the place and four that are
# moved by 1 um (`src/search/score.ts`). The mean is above a threshold less often than a single window is.
_LOOKS = ((0, 0), (-4, -4), (4, -4), (-4, 4), (4, 4))


def choose_threshold(network: torch.nn.Module, pool: Pool, nuclei: np.ndarray) -> float:
    """The logit, at least 0, that the wanted share of nuclei exceeds when they are scored as a search does."""
    looks = [score_pool(network, replace(pool, centre=pool.centre + np.float32(look)), nuclei) for look in _LOOKS]
    mean = np.mean(sigmoid(np.array(looks, np.float64)), axis=0)
    probability = max(0.5, float(np.quantile(mean, 1 - _WANTED_RATE)))
    return float(np.log(probability / (1 - probability)))
