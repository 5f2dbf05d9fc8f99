"""Draws the rows of each batch: mitoses weighted by slide, negatives by how hard they are."""

import numpy as np

from mitosis.data.pool import Pool
from mitosis.data.sources import ATNORM_MD
from mitosis.evaluate.metrics import sigmoid
from mitosis.train.settings import Settings

_HARD_LOGIT = -2.2  # p = 0.1


def slide_weights(slides: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Returns the weight of each mitosis, `float` `[n]`: the number of mitoses of its slide to the power of -0.4.

    So a slide with many mitoses counts more than one with few, but each of its mitoses less. AtNorM-MD names no
    slides: its mitoses weigh 0.3.
    """
    _, inverse, counts = np.unique(slides, return_inverse=True, return_counts=True)
    return np.where(sources == ATNORM_MD, 0.3, counts[inverse] ** -0.4)


class Sampler:
    """Draws batches from `rows` of a pool; at first all negatives are equally likely."""

    def __init__(self, pool: Pool, rows: np.ndarray, settings: Settings) -> None:
        self._mitoses = rows[pool.label[rows] > 0.5]
        self.negatives = rows[pool.label[rows] < 0.5]
        weights = slide_weights(pool.slide[self._mitoses], pool.source[self._mitoses])
        self._mitosis_sums = np.cumsum(weights)
        self._negative_sums = np.arange(1.0, len(self.negatives) + 1)
        self._batch_size = settings.batch_size
        self._mitosis_count = round(settings.batch_size * settings.mitosis_share)

    def prefer_hard(self, logits: np.ndarray, ibm_logits: np.ndarray) -> float:
        """Draws 60 % of the negatives by how high the network or IBM's network scores them.

        Both arrays belong to `negatives`. Returns the share of negatives that the network gives a p above 0.1.
        """
        hardness = sigmoid(logits + 1.5) + 0.3 * sigmoid(ibm_logits + 1) + 0.003
        self._negative_sums = np.cumsum(0.4 / len(hardness) + 0.6 * hardness / hardness.sum())
        return float((logits > _HARD_LOGIT).mean())

    def draw(self, random: np.random.Generator) -> np.ndarray:
        """Returns the rows of one batch, `int` `[batch_size]`, mitoses first; a row may come several times."""
        parts = (
            (self._mitoses, self._mitosis_sums, self._mitosis_count),
            (self.negatives, self._negative_sums, self._batch_size - self._mitosis_count),
        )
        return np.concatenate(
            [rows[np.searchsorted(sums, random.random(count) * sums[-1])] for rows, sums, count in parts]
        )
