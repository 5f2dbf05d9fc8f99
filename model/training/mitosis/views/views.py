"""Holds views: several variants of each window of the pool, made once before training.

A view differs from its window in rotation, mirroring, scale, place and borders. Half of the views of negatives are
also made look-alikes. IBM's network scores every view as it is, in the colors of its laboratory; colors, focus and
noise are altered later, anew at every use (`augmentation.py`).
"""

from dataclasses import dataclass

import numpy as np

_VIEWS_OF_MITOSIS, _VIEWS_OF_NEGATIVE = 20, 6
_LOOK_ALIKE_SHARE = 0.5  # of the views of negatives


@dataclass(frozen=True)
class Views:
    """Holds n views, in ascending order of the rows of the pool that they show.

    parts: the pixels, `uint8` RGB `[k, 64, 64, 3]` each, one part after the other. They take gigabytes, so that parts
        are added but never joined.
    row: which row of the pool each view shows, `int` `[n]`.
    ibm_logit: what IBM's network says of each view, `float32` `[n]`.
    """

    parts: tuple[np.ndarray, ...]
    row: np.ndarray
    ibm_logit: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """Returns, for each row of the pool, the index of its first view, `int`."""
        return np.searchsorted(self.row, np.arange(self.row[-1] + 1))

    @property
    def count(self) -> np.ndarray:
        """Returns, for each row of the pool, how many views it has, `int`."""
        return np.bincount(self.row)

    def pixels(self, chosen: np.ndarray) -> list[np.ndarray]:
        """Returns the pixels of some views, `uint8` `[64, 64, 3]` each, without copying them."""
        ends = np.cumsum([len(part) for part in self.parts])
        part = np.searchsorted(ends, chosen, side="right")
        within = chosen - np.concatenate([[0], ends])[part]
        return [self.parts[p][i] for p, i in zip(part, within, strict=True)]

    def extended_with(self, *more: "Views") -> "Views":
        """Returns these views and then those of later rows."""
        every = (self, *more)
        return Views(
            tuple(part for views in every for part in views.parts),
            np.concatenate([views.row for views in every]),
            np.concatenate([views.ibm_logit for views in every]),
        )


def plan_views(rows: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Returns the row that each view will show: 20 views of each mitosis and 6 of each negative.

    `label` `[len(rows)]` belongs to `rows`, which must ascend.
    """
    return np.repeat(rows, np.where(label > 0.5, _VIEWS_OF_MITOSIS, _VIEWS_OF_NEGATIVE))


def choose_look_alikes(label: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns the indices of the views to make look-alikes: about half of those of negatives, no mitosis."""
    return np.flatnonzero((label < 0.5) & (random.random(len(label)) < _LOOK_ALIKE_SHARE))
