"""Draws learning curves, calibration, precision and recall."""

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from mitosis.evaluate.compare_with_ibm import SourceScores
from mitosis.evaluate.detections import Detections
from mitosis.evaluate.metrics import sigmoid

_MODEL, _IBM, _PALE = "#1b6ca8", "#d1603d", "#9aa5b1"
plt.rcParams.update(
    {
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#e5e8ec",
        "figure.dpi": 110,
        "savefig.bbox": "tight",
        "svg.hashsalt": "mitosis",
    }
)


def draw_learning(curves: dict[str, list[tuple[int, float, float]]], file: Path) -> None:
    """Draws the cross entropy and the share of hard negatives over the windows seen, one line for each training.

    A curve holds (windows seen, cross entropy, share of negatives with p above 0.1) after each round.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    for name, curve in curves.items():
        seen, loss, hard = np.array(curve).T
        style = {"color": _MODEL, "linewidth": 2.2} if name == "final" else {"alpha": 0.7, "linewidth": 1.2}
        left.plot(seen / 1e3, loss, marker="o", markersize=3, label=name, **style)
        right.plot(seen[1:] / 1e3, hard[1:], marker="o", markersize=3, label=name, **style)
    left.set(xlabel="thousand windows seen", ylabel="cross entropy", ylim=(0, None))
    right.set(xlabel="thousand windows seen", ylabel="negatives with p > 0.1", yscale="log")
    left.legend(frameon=False, fontsize=8)
    figure.savefig(file)
    plt.close(figure)


def draw_calibration(bins: np.ndarray, error: float, file: Path) -> None:
    """Draws the share of mitoses over the predicted probability; a larger dot stands for more windows.

    `bins` and `error` are those of `metrics.calibration_error`.
    """
    figure, axes = plt.subplots(figsize=(3.8, 3.6))
    axes.plot([0, 1], [0, 1], color=_PALE, linewidth=1)
    axes.plot(bins[:, 0], bins[:, 1], color=_MODEL, linewidth=1)
    axes.scatter(bins[:, 0], bins[:, 1], s=12 + 3 * np.sqrt(bins[:, 2]), color=_MODEL)
    axes.set(xlabel="predicted probability", ylabel="share of mitoses", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    axes.set_title(f"validation slides, calibration error {error:.3f}", fontsize=10)
    figure.savefig(file)
    plt.close(figure)


def _recall_and_precision(score: np.ndarray, label: np.ndarray, positives: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns recall and precision after each detection, best first, `float` `[n]` each."""
    found = np.cumsum(label[np.argsort(-score, kind="stable")] > 0.5)
    return found / positives, found / np.arange(1, len(found) + 1)


def draw_sources(sources: dict[str, SourceScores], file: Path) -> None:
    """Draws precision over recall of each unseen source."""
    columns = 4
    rows = -(-len(sources) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(11, 2.9 * rows), sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(sources) :]:
        axes.axis("off")
    for axes, (name, (label, logits, ibm_logits)) in zip(grid.flat, sources.items(), strict=False):
        for score, color, title in ((ibm_logits, _IBM, "IBM"), (logits, _MODEL, "this model")):
            axes.plot(*_recall_and_precision(score, label, int(label.sum())), color=color, label=title)
        axes.set(title=name, xlim=(0, 1.01), ylim=(0.4, 1.01))
        axes.title.set_size(9)
    grid[0, 0].legend(frameon=False, fontsize=8, loc="lower left")
    figure.supxlabel("sensitivity (recall)", fontsize=10)
    figure.supylabel("precision", fontsize=10)
    figure.savefig(file)
    plt.close(figure)


def draw_fields(model: Detections, ibm: Detections, threshold: float, file: Path) -> None:
    """Draws precision over recall on whole fields, and F1 and false positives over the threshold, a logit."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    for detections, color, title in ((ibm, _IBM, "IBM"), (model, _MODEL, "this model")):
        recall, precision = _recall_and_precision(detections.score, detections.hit, int(detections.annotated.sum()))
        left.plot(recall, precision, color=color, label=f"{title}, AP {detections.average_precision():.2f}")
    figures = model.at(threshold)
    left.plot(figures["recall"], figures["precision"], "o", color=_MODEL, label="shipped threshold")
    left.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.03))
    left.legend(frameon=False, fontsize=8, loc="lower left")
    probabilities = np.linspace(0.02, 0.98, 97)
    at = [model.at(np.log(p / (1 - p))) for p in probabilities]
    right.plot(probabilities, [a["f1"] for a in at], color=_MODEL, label="F1")
    right.plot(probabilities, [a["recall"] for a in at], color=_MODEL, linestyle=":", label="recall")
    right.axvline(float(sigmoid(threshold)), color=_PALE, linewidth=1, label="shipped threshold")
    right.set(xlabel="threshold on probability", ylim=(0, 1.03))
    other = right.twinx()
    other.grid(visible=False)
    other.plot(probabilities, [a["false_positives_per_field"] for a in at], color=_PALE)
    other.set(ylabel="false positives per field", ylim=(0, 10))
    right.legend(frameon=False, fontsize=8, loc="lower left")
    figure.savefig(file)
    plt.close(figure)
