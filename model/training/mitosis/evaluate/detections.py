"""Finds mitoses in maps of whole fields, and matches them to the annotated ones."""

from dataclasses import dataclass

import numpy as np

from mitosis.data.fields import Field
from mitosis.data.windows import WINDOW
from mitosis.evaluate.metrics import average_precision
from mitosis.network.architecture import STRIDE

_SUPPRESSION = 30  # px (7.5 microns): one detection within this distance
_MAX_HIT_DISTANCE = 30  # px between a detection and the mitosis that it finds


@dataclass(frozen=True)
class Detections:
    """Holds the n detections of several fields.

    score: logit, `float` `[n]`.
    hit: whether it finds an annotated mitosis, `bool` `[n]`.
    field: index of its field, `int` `[n]`.
    annotated: the number of annotated mitoses of each field, `int` `[fields]`.
    """

    score: np.ndarray
    hit: np.ndarray
    field: np.ndarray
    annotated: np.ndarray

    def take(self, fields: np.ndarray) -> "Detections":
        """Returns the detections of some fields; a field may be taken several times (bootstrap)."""
        parts = [np.flatnonzero(self.field == f) for f in fields]
        rows = np.concatenate(parts)
        return Detections(
            self.score[rows],
            self.hit[rows],
            np.repeat(np.arange(len(fields)), [len(p) for p in parts]),
            self.annotated[fields],
        )

    def average_precision(self) -> float:
        """Returns the average precision; annotated mitoses without a detection count as missed."""
        return average_precision(self.score, self.hit, int(self.annotated.sum() - self.hit.sum()))

    def best_f1(self) -> tuple[float, float]:
        """Returns the highest F1 over all thresholds, and the score at which it is reached."""
        order = np.argsort(-self.score, kind="stable")
        found = np.cumsum(self.hit[order])
        f1 = 2 * found / (np.arange(1, len(found) + 1) + self.annotated.sum())
        best = int(f1.argmax())
        return float(f1[best]), float(self.score[order][best])

    def at(self, threshold: float) -> dict[str, float]:
        """Returns precision, recall, F1 and false positives per field of `score >= threshold`."""
        chosen = self.score >= threshold
        hits, flagged, annotated = self.hit[chosen].sum(), chosen.sum(), self.annotated.sum()
        return {
            "precision": float(hits / max(flagged, 1)),
            "recall": float(hits / annotated),
            "f1": float(2 * hits / (flagged + annotated)),
            "false_positives_per_field": float((flagged - hits) / len(self.annotated)),
        }


def suppress(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Suppresses all but the highest score within 30 px (greedy non-maximum suppression).

    `scores` is a map `[rows, columns]` of windows 8 px apart. Returns the centers `(x, y)` in px, `int` `[n, 2]`, and
    the scores `[n]` of what is left, highest first.
    """
    y, x = np.indices(scores.shape)
    order = np.argsort(-scores, axis=None, kind="stable")
    free, kept = np.ones(scores.shape, bool), []
    reach = _SUPPRESSION // STRIDE + 1
    for flat in order:
        i, j = divmod(int(flat), scores.shape[1])
        if not free[i, j]:
            continue
        kept.append((i, j))
        box = np.s_[max(0, i - reach) : i + reach + 1, max(0, j - reach) : j + reach + 1]
        free[box] &= np.hypot(y[box] - i, x[box] - j) * STRIDE > _SUPPRESSION
    rows = np.array(kept)
    return rows[:, ::-1] * STRIDE + WINDOW // 2, scores[rows[:, 0], rows[:, 1]]


def detect(fields: list[Field], maps: list[np.ndarray]) -> Detections:
    """Matches the detections in the map of each field, best first, to annotated mitoses; each counts once."""
    scores, hits, index = [], [], []
    for f, (field, scores_of_field) in enumerate(zip(fields, maps, strict=True)):
        unmatched = field.mitoses.copy()
        centers, values = suppress(scores_of_field)
        for center, value in zip(centers, values, strict=True):
            distance = np.linalg.norm(unmatched - center, axis=1)
            hit = len(unmatched) > 0 and distance.min() <= _MAX_HIT_DISTANCE
            if hit:
                unmatched = np.delete(unmatched, distance.argmin(), axis=0)
            scores.append(value)
            hits.append(hit)
            index.append(f)
    annotated = np.array([len(f.mitoses) for f in fields])
    return Detections(np.array(scores), np.array(hits), np.array(index), annotated)
