"""Measures a network and IBM's network on whole annotated fields."""

import numpy as np
import torch

from mitosis.data.fields import Field
from mitosis.data.windows import WINDOW, Scorer
from mitosis.evaluate.detections import Detections, detect
from mitosis.evaluate.metrics import sigmoid
from mitosis.network.architecture import STRIDE

Json = dict[str, object]
_RESAMPLES = 2000


def score_every_window(field: Field, logits: Scorer) -> np.ndarray:
    """Returns the logits `[rows, columns]` of all 64 x 64 windows every 8 px, each scored on its own."""
    view = np.lib.stride_tricks.sliding_window_view(field.image, (WINDOW, WINDOW), axis=(0, 1))
    view = view[::STRIDE, ::STRIDE]
    return np.stack([logits(np.ascontiguousarray(row.transpose(0, 2, 3, 1))) for row in view])


def score_in_one_pass(field: Field, network: torch.nn.Module) -> np.ndarray:
    """Returns the same logits, computed by one pass of a network without padding over the field."""
    pixels = torch.from_numpy(field.image.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.inference_mode():
        return network(pixels)[0, 0].numpy()


def _field_figures(detections: Detections, threshold: float) -> Json:
    """Returns best F1 and average precision, with bootstrap intervals over fields, and figures at a threshold."""
    random = np.random.default_rng(0)
    count = len(detections.annotated)
    drawn = [detections.take(random.integers(0, count, count)) for _ in range(_RESAMPLES)]
    f1, at = detections.best_f1()
    return {
        "best_f1": f1,
        "best_f1_95": np.nanpercentile([d.best_f1()[0] for d in drawn], [2.5, 97.5]).tolist(),
        "best_f1_probability": float(sigmoid(at)),
        "average_precision": detections.average_precision(),
        "average_precision_95": np.nanpercentile([d.average_precision() for d in drawn], [2.5, 97.5]).tolist(),
        "at_threshold": detections.at(threshold),
    }


def _share_above_ibm(detections: Detections, ibm: Detections) -> Json:
    """Returns the share of bootstrap samples of the fields in which the figures exceed those of IBM's network."""
    random = np.random.default_rng(0)
    count = len(detections.annotated)
    wins = np.zeros(2)
    for _ in range(_RESAMPLES):
        drawn = random.integers(0, count, count)
        a, b = detections.take(drawn), ibm.take(drawn)
        wins += (a.best_f1()[0] > b.best_f1()[0], a.average_precision() > b.average_precision())
    return {"best_f1": wins[0] / _RESAMPLES, "average_precision": wins[1] / _RESAMPLES}


def evaluate_fields(
    fields: list[Field], network: torch.nn.Module, logits: Scorer, ibm_logits: Scorer, threshold: float
) -> tuple[Json, Detections, Detections]:
    """Returns figures, and the detections of the model and of IBM's network, from every window on its own.

    `network` is the PyTorch network of which `logits` scores windows; its one pass over each field is compared with
    them. `threshold` is a logit.
    """
    maps = [score_every_window(field, logits) for field in fields]
    ibm_maps = [score_every_window(field, ibm_logits) for field in fields]
    one_pass = np.concatenate([score_in_one_pass(field, network).ravel() for field in fields])
    exact = np.concatenate([scores.ravel() for scores in maps])
    detections, ibm_detections = detect(fields, maps), detect(fields, ibm_maps)
    figures: Json = {
        "fields": len(fields),
        "mitoses": int(detections.annotated.sum()),
        "model": _field_figures(detections, threshold),
        "ibm": _field_figures(ibm_detections, 0.0),
        "bootstrap_share_above_ibm": _share_above_ibm(detections, ibm_detections),
        "one_pass_correlation": float(np.corrcoef(one_pass, exact)[0, 1]),
        "one_pass_largest_difference": float(np.abs(one_pass - exact).max()),
    }
    return figures, detections, ibm_detections


def orientation_difference(logits: Scorer, windows: np.ndarray) -> float:
    """Returns the mean of |p(turned) - p| over the other seven rotations and mirrorings of each window."""
    upright = sigmoid(logits(windows))
    views = [np.rot90(windows, k, (1, 2)) for k in range(4)]
    views += [v[:, :, ::-1] for v in views]
    return float(np.mean([np.abs(sigmoid(logits(v)) - upright).mean() for v in views[1:]]))
