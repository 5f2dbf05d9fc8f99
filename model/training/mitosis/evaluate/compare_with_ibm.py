"""Measures a network beside IBM's network on the same windows."""

import numpy as np

from mitosis.data.pool import Pool
from mitosis.evaluate import metrics

Json = dict[str, object]
# Labels, logits of the network and IBM's logits of the windows of one source, `[n]` each.
SourceScores = tuple[np.ndarray, np.ndarray, np.ndarray]


def test_rows(pool: Pool, chosen: np.ndarray) -> np.ndarray:
    """Returns the rows to test on: those `chosen` (`bool` `[n]`), annotated, and without mirrored borders."""
    return np.flatnonzero(chosen & pool.annotated & pool.inside_bounds)


def compare_with_ibm(pool: Pool, rows: np.ndarray, logits: np.ndarray, threshold: float) -> Json:
    """Returns the figures of both networks on some rows.

    `logits` `[len(rows)]` belong to `rows`; `threshold` is a logit. That of IBM's network is 0.
    """
    label, slide, ibm_logit = pool.label[rows], pool.slide[rows], pool.ibm_logit[rows]
    ibm_sensitivity, ibm_rate = metrics.rates(ibm_logit, label, 0.0)
    sensitivity, rate = metrics.rates(logits, label, threshold)

    def figures(score: np.ndarray) -> Json:
        def average_precision(resampled: np.ndarray) -> float:
            return metrics.average_precision(score[resampled], label[resampled])

        return {
            "average_precision": metrics.average_precision(score, label),
            "average_precision_95": metrics.bootstrap_interval(slide, average_precision),
            "auc": metrics.auc(score, label),
            "sensitivity_at_ibm_false_positive_rate": metrics.sensitivity_at(score, label, ibm_rate),
        }

    return {
        "mitoses": int(label.sum()),
        "others": int((label < 0.5).sum()),
        "slides": len(np.unique(slide)),
        "model": {**figures(logits), "sensitivity": sensitivity, "false_positive_rate": rate},
        "ibm": {**figures(ibm_logit), "sensitivity": ibm_sensitivity, "false_positive_rate": ibm_rate},
    }


def compare_by_source(pool: Pool, rows: np.ndarray, logits: np.ndarray, threshold: float) -> Json:
    """Returns `compare_with_ibm` for each source among the rows, by the name of the source."""
    sources = pool.source[rows]
    return {
        str(source): compare_with_ibm(pool, rows[sources == source], logits[sources == source], threshold)
        for source in np.unique(sources)
    }
