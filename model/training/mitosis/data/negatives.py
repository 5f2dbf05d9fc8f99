"""Decides which places of an annotated patch count as negatives: windows without a mitosis in the middle."""

import numpy as np

_MIN_DISTANCE = 30  # px between a negative and the nearest annotated mitosis
_MAX_NUCLEI = 8  # negatives from the nuclei of one patch: its darkest
_MARGIN = 10  # px between a negative and the border of the slide


def far_from_mitoses(points: np.ndarray, mitoses: np.ndarray) -> np.ndarray:
    """Returns the points that are 30 px or more from every mitosis.

    `points` `[n, 2]` and `mitoses` `[k, 2]`, with k at least 1, are centers `(x, y)` in px.
    """
    distance = np.linalg.norm(points[:, None] - mitoses[None], axis=2)
    return points[distance.min(axis=1) >= _MIN_DISTANCE]


def searchable_area(bounds: np.ndarray) -> np.ndarray:
    """Returns the bounds x0, y0, x1, y1 in which negatives may lie: 10 px inside the bounds of the slide."""
    return bounds + np.array([_MARGIN, _MARGIN, -_MARGIN, -_MARGIN])


def choose_negatives(
    nuclei: np.ndarray, random_places: np.ndarray, area: np.ndarray, mitoses: np.ndarray
) -> np.ndarray:
    """Returns the negatives of one patch, `[n, 2]`: its darkest 8 nuclei in the area, then the random places.

    Both must be far from all mitoses. `nuclei` `[n, 2]` come darkest first; `area` is that of `searchable_area`, in
    which `random_places` lie already.
    """
    inside = (nuclei >= area[:2]).all(axis=1) & (nuclei < area[2:]).all(axis=1)
    nuclei = far_from_mitoses(nuclei[inside], mitoses)[:_MAX_NUCLEI]
    return np.concatenate([nuclei, far_from_mitoses(random_places, mitoses)])
