"""Whole fields: score every window, suppress neighbours, compare with the annotated mitoses."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from data import WINDOW, Field
from metrics import average_precision
from network import STRIDE

SUPPRESSION = 30  # px (7.5 microns): one detection within this distance
HIT = 30  # px: an annotated mitosis this near is found


@dataclass(frozen=True)
class Detections:
    """Of several fields: scores, whether each is a mitosis, its field, and how many were annotated."""

    score: np.ndarray
    hit: np.ndarray
    field: np.ndarray
    annotated: np.ndarray

    def take(self, fields: np.ndarray) -> "Detections":
        """The same for a selection of fields, repeats allowed (bootstrap)."""
        parts = [np.flatnonzero(self.field == f) for f in fields]
        rows = np.concatenate(parts)
        return Detections(
            self.score[rows],
            self.hit[rows],
            np.repeat(np.arange(len(fields)), [len(p) for p in parts]),
            self.annotated[fields],
        )

    def average_precision(self) -> float:
        return average_precision(self.score, self.hit, int(self.annotated.sum() - self.hit.sum()))

    def best_f1(self) -> tuple[float, float]:
        """The highest F1 over all thresholds, and the score at which it is reached."""
        order = np.argsort(-self.score, kind="stable")
        found = np.cumsum(self.hit[order])
        f1 = 2 * found / (np.arange(1, len(found) + 1) + self.annotated.sum())
        best = int(f1.argmax())
        return float(f1[best]), float(self.score[order][best])

    def at(self, threshold: float) -> dict[str, float]:
        """Precision, recall, F1 and false positives a field at a threshold."""
        chosen = self.score >= threshold
        hits, flagged, all_ = self.hit[chosen].sum(), chosen.sum(), self.annotated.sum()
        return {
            "precision": float(hits / max(flagged, 1)),
            "recall": float(hits / all_),
            "f1": float(2 * hits / (flagged + all_)),
            "false_positives_per_field": float((flagged - hits) / len(self.annotated)),
        }


def exact_map(field: Field, logits: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Logits `[rows, columns]` of each 64 x 64 window cut out on its own, every 8 px."""
    view = np.lib.stride_tricks.sliding_window_view(field.image, (WINDOW, WINDOW), axis=(0, 1))
    view = view[::STRIDE, ::STRIDE]
    return np.stack([logits(np.ascontiguousarray(row.transpose(0, 2, 3, 1))) for row in view])


def field_map(field: Field, network: torch.nn.Module) -> np.ndarray:
    """The same in one pass of a network without padding."""
    pixels = torch.from_numpy(field.image.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.inference_mode():
        return network(pixels)[0, 0].numpy()


def suppress(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Greedy non-maximum suppression of a map: centres `(x, y)` and scores, highest first."""
    y, x = np.indices(scores.shape)
    order = np.argsort(-scores, axis=None, kind="stable")
    free, kept = np.ones(scores.shape, bool), []
    reach = SUPPRESSION // STRIDE + 1
    for flat in order:
        i, j = divmod(int(flat), scores.shape[1])
        if not free[i, j]:
            continue
        kept.append((i, j))
        box = np.s_[max(0, i - reach) : i + reach + 1, max(0, j - reach) : j + reach + 1]
        free[box] &= np.hypot(y[box] - i, x[box] - j) * STRIDE > SUPPRESSION
    rows = np.array(kept)
    return rows[:, ::-1] * STRIDE + WINDOW // 2, scores[rows[:, 0], rows[:, 1]]


def detect(fields: list[Field], maps: list[np.ndarray]) -> Detections:
    """Match detections, best first, to annotated mitoses, each of which counts once."""
    scores, hits, index = [], [], []
    for f, (field, scores_of) in enumerate(zip(fields, maps, strict=True)):
        left = field.mitoses.copy()
        centres, values = suppress(scores_of)
        for centre, value in zip(centres, values, strict=True):
            distance = np.linalg.norm(left - centre, axis=1)
            hit = len(left) > 0 and distance.min() <= HIT
            if hit:
                left = np.delete(left, distance.argmin(), axis=0)
            scores.append(value)
            hits.append(hit)
            index.append(f)
    annotated = np.array([len(f.mitoses) for f in fields])
    return Detections(np.array(scores), np.array(hits), np.array(index), annotated)
