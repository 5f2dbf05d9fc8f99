"""Computes measures of quality from scores and labels, and bootstrap intervals of them.

`score` is `float` `[n]`, higher for mitoses; `label` is `[n]`, 1 for a mitosis and 0 for a negative.
"""

from collections.abc import Callable

import numpy as np

_RESAMPLES = 1000


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Returns probabilities, `float64`."""
    return 1 / (1 + np.exp(-np.asarray(logits, np.float64)))


def average_precision(score: np.ndarray, label: np.ndarray, missed: int = 0) -> float:
    """Returns the area under the precision-recall curve, as a sum of steps.

    `missed` counts positives that have no score at all. Tied scores keep their order. The result is NaN without
    positives.
    """
    order = np.argsort(-score, kind="stable")
    hits = np.asarray(label)[order] > 0.5
    positives = hits.sum() + missed
    if positives == 0:
        return float("nan")
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].sum() / positives)


def auc(score: np.ndarray, label: np.ndarray) -> float:
    """Returns the area under the ROC curve: the chance that a positive scores above a negative, ties counted half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = np.asarray(label) > 0.5
    p, n = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - p * (p + 1) / 2) / (p * n))


def rates(score: np.ndarray, label: np.ndarray, threshold: float) -> tuple[float, float]:
    """Returns the sensitivity and the false-positive rate of `score >= threshold`."""
    positive, flagged = np.asarray(label) > 0.5, score >= threshold
    return float(flagged[positive].mean()), float(flagged[~positive].mean())


def sensitivity_at(score: np.ndarray, label: np.ndarray, false_positive_rate: float) -> float:
    """Returns the highest sensitivity of a threshold whose false-positive rate is at most the given one."""
    positive = np.asarray(label) > 0.5
    negatives = np.sort(score[~positive])[::-1]
    allowed = int(np.floor(false_positive_rate * len(negatives) + 1e-9))
    if allowed >= len(negatives):
        return 1.0
    return float((score[positive] > negatives[allowed]).mean())


def calibration_error(probability: np.ndarray, label: np.ndarray, bins: int = 15) -> tuple[float, np.ndarray]:
    """Returns the expected calibration error over bins of equal width, and the bins that are not empty.

    Each bin is a row (mean probability, share of mitoses, number of windows), `float` `[k, 3]`.
    """
    which = np.minimum((probability * bins).astype(int), bins - 1)
    rows = np.array(
        [
            (probability[which == b].mean(), np.asarray(label)[which == b].mean(), (which == b).sum())
            for b in range(bins)
            if (which == b).any()
        ]
    )
    return float((np.abs(rows[:, 0] - rows[:, 1]) * rows[:, 2]).sum() / len(probability)), rows


def bootstrap_interval(
    groups: np.ndarray, measure: Callable[[np.ndarray], float], seed: int = 0
) -> tuple[float, float]:
    """Returns the 95 % interval of `measure(rows)` over 1,000 resamples of whole groups, such as slides.

    `groups` `[n]` names the group of each row.
    """
    random = np.random.default_rng(seed)
    names, inverse = np.unique(groups, return_inverse=True)
    members = np.split(np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse))[:-1])
    values = []
    for _ in range(_RESAMPLES):
        drawn = random.integers(0, len(names), len(names))
        values.append(measure(np.concatenate([members[d] for d in drawn])))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
