"""Chooses the threshold: the probability above which a place in a field counts as a mitosis."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mitosis.data.pool import Pool
from mitosis.evaluate.metrics import sigmoid

# The wanted share of negatives above the threshold. A field of 1,024 px holds about a thousand nuclei, so that about
# one false alarm per field is expected.
_FALSE_ALARM_RATE = 0.001
_MIN_PROBABILITY = 0.5
# px: the windows whose mean probability the service takes at a place, the window itself and four moved by 1 micron
# (its code is in `src/field/`). The mean exceeds a threshold less often than one window does.
_SHIFTS = ((0, 0), (-4, -4), (4, -4), (-4, 4), (4, 4))


def choose_threshold(score: Callable[[Pool, np.ndarray], np.ndarray], pool: Pool, negatives: np.ndarray) -> float:
    """Returns the logit that one in a thousand negatives exceeds when the service searches a field; at least 0.

    `score(pool, rows)` returns the logits of the windows of some rows; `negatives` are rows of `pool`.
    """
    shifted = [replace(pool, center=pool.center + np.float32(shift)) for shift in _SHIFTS]
    logits = [score(moved, negatives) for moved in shifted]
    mean = np.mean(sigmoid(np.array(logits, np.float64)), axis=0)
    probability = max(_MIN_PROBABILITY, float(np.quantile(mean, 1 - _FALSE_ALARM_RATE)))
    return float(np.log(probability / (1 - probability)))
