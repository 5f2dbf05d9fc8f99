"""What the networks reach, always beside IBM's on the very same windows."""

from collections.abc import Callable

import numpy as np
import torch

import metrics
from data import Field
from fields import Detections, detect, exact_map, field_map
from metrics import sigmoid
from pool import Pool

Json = dict[str, object]
_FIELD_RESAMPLES = 2000


def test_rows(pool: Pool, chosen: np.ndarray) -> np.ndarray:
    """Rows to test on: annotated windows that need no reflected border."""
    return np.flatnonzero(chosen & pool.annotated & pool.unreflected)


def compare(pool: Pool, rows: np.ndarray, logits: np.ndarray, threshold: float) -> Json:
    """Quality on some rows beside IBM's; `logits` belong to `rows`, `threshold` is a logit."""
    label, slide, ibm = pool.label[rows], pool.slide[rows], pool.ibm[rows]
    ibm_sensitivity, ibm_rate = metrics.rates(ibm, label, 0.0)
    sensitivity, rate = metrics.rates(logits, label, threshold)

    def figures(score: np.ndarray) -> Json:
        def ap(i: np.ndarray) -> float:
            return metrics.average_precision(score[i], label[i])

        return {
            "average_precision": metrics.average_precision(score, label),
            "average_precision_95": metrics.interval(slide, ap),
            "auc": metrics.auc(score, label),
            "sensitivity_at_ibm_false_positive_rate": metrics.sensitivity_at(score, label, ibm_rate),
        }

    return {
        "mitoses": int(label.sum()),
        "others": int((label < 0.5).sum()),
        "slides": len(np.unique(slide)),
        "model": {**figures(logits), "sensitivity": sensitivity, "false_positive_rate": rate},
        "ibm": {**figures(ibm), "sensitivity": ibm_sensitivity, "false_positive_rate": ibm_rate},
    }


def by_source(pool: Pool, rows: np.ndarray, logits: np.ndarray, threshold: float) -> Json:
    """`compare` for each source among the rows."""
    sources = pool.source[rows]
    return {str(s): compare(pool, rows[sources == s], logits[sources == s], threshold) for s in np.unique(sources)}


def field_figures(detections: Detections, threshold: float) -> Json:
    """Best F1 and average precision with intervals over fields, and the figures at a threshold."""
    random = np.random.default_rng(0)
    count = len(detections.annotated)
    drawn = [detections.take(random.integers(0, count, count)) for _ in range(_FIELD_RESAMPLES)]
    f1, at = detections.best_f1()
    return {
        "best_f1": f1,
        "best_f1_95": np.nanpercentile([d.best_f1()[0] for d in drawn], [2.5, 97.5]).tolist(),
        "best_f1_probability": float(sigmoid(at)),
        "average_precision": detections.average_precision(),
        "average_precision_95": np.nanpercentile([d.average_precision() for d in drawn], [2.5, 97.5]).tolist(),
        "at_threshold": detections.at(threshold),
    }


def paired_share(ours: Detections, ibm: Detections) -> Json:
    """In which share of bootstrap samples of the fields our figures exceed IBM's."""
    random = np.random.default_rng(0)
    count = len(ours.annotated)
    wins = np.zeros(2)
    for _ in range(_FIELD_RESAMPLES):
        drawn = random.integers(0, count, count)
        a, b = ours.take(drawn), ibm.take(drawn)
        wins += (a.best_f1()[0] > b.best_f1()[0], a.average_precision() > b.average_precision())
    return {"best_f1": wins[0] / _FIELD_RESAMPLES, "average_precision": wins[1] / _FIELD_RESAMPLES}


def evaluate_fields(
    fields: list[Field],
    network: torch.nn.Module,
    model: Callable[[np.ndarray], np.ndarray],
    ibm: Callable[[np.ndarray], np.ndarray],
    threshold: float,
) -> tuple[Json, Detections, Detections]:
    """Exact windows of both models, and the one-pass map of ours against its exact windows."""
    ours = [exact_map(f, model) for f in fields]
    theirs = [exact_map(f, ibm) for f in fields]
    whole = np.concatenate([field_map(f, network).ravel() for f in fields])
    exact = np.concatenate([m.ravel() for m in ours])
    a, b = detect(fields, ours), detect(fields, theirs)
    figures: Json = {
        "fields": len(fields),
        "mitoses": int(a.annotated.sum()),
        "model": field_figures(a, threshold),
        "ibm": field_figures(b, 0.0),
        "bootstrap_share_above_ibm": paired_share(a, b),
        "one_pass_correlation": float(np.corrcoef(whole, exact)[0, 1]),
        "one_pass_largest_difference": float(np.abs(whole - exact).max()),
    }
    return figures, a, b


def orientation_difference(model: Callable[[np.ndarray], np.ndarray], windows: np.ndarray) -> float:
    """Mean of |p(turned) - p(as is)| over the seven other rotations and flips of each window."""
    upright = sigmoid(model(windows))
    views = [np.rot90(windows, k, (1, 2)) for k in range(4)]
    views += [v[:, :, ::-1] for v in views]
    return float(np.mean([np.abs(sigmoid(model(v)) - upright).mean() for v in views[1:]]))
