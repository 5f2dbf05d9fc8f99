"""Cuts a window at a random angle, scale and place."""

import math

import cv2
import numpy as np

from mitosis.data.pool import Pool
from mitosis.data.windows import WINDOW

# A view shows the cell at most 1.5 times as large as it is, or 1.2 times as small.
_MAX_ENLARGEMENT, _MAX_REDUCTION = 1.5, 1.2
_RIGHT_ANGLE_SHARE = 0.5
_ORIGINAL_SCALE_SHARE = 0.2


def borrow_bounds(pool: Pool, row: int, negatives: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns the bounds x0, y0, x1, y1 at which the views of a row are mirrored.

    Mitoses lie in the middle of their patch, and many negatives near its border. So that mirrored borders do not give
    the label away, each view of a mitosis also gets the borders of one of `negatives` (rows of the pool), drawn at
    random, as they lie around that negative.
    """
    bounds = pool.bounds[pool.image_index[row]]
    if pool.label[row] < 0.5:
        return bounds
    other = random.choice(negatives)
    borrowed = pool.bounds[pool.image_index[other]] + np.tile(pool.center[row] - pool.center[other], 2)
    return np.concatenate([np.maximum(bounds[:2], borrowed[:2]), np.minimum(bounds[2:], borrowed[2:])])


def cut_view(
    image: np.ndarray, bounds: np.ndarray, center: np.ndarray, max_shift: float, random: np.random.Generator
) -> np.ndarray:
    """Returns a window, `uint8` `[64, 64, 3]`, of random angle, scale, side and place around `center` `(x, y)`.

    `image` is `uint8` `[h, w, 3]`. Outside of `bounds` (x0, y0, x1, y1) it is mirrored, and the border pixel is
    repeated. `max_shift` in px limits the displacement along x and y. Half of the angles are multiples of 90 degrees
    and a fifth of the scales are 1, because interpolation blurs texture.
    """
    angle = random.uniform(0, 2 * math.pi)
    if random.random() < _RIGHT_ANGLE_SHARE:
        angle = round(angle / (math.pi / 2)) * (math.pi / 2)
    keeps_scale = random.random() < _ORIGINAL_SCALE_SHARE
    scale = 1.0 if keeps_scale else math.exp(random.uniform(-math.log(_MAX_ENLARGEMENT), math.log(_MAX_REDUCTION)))
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    turn = np.array([[cos, -sin], [sin, cos]])
    if random.random() < 0.5:
        turn[:, 0] *= -1
    x0, y0, x1, y1 = (int(edge) for edge in bounds)
    moved = center - 0.5 - (x0, y0) + random.uniform(-max_shift, max_shift, 2) * min(scale, 1.0)
    origin = moved - turn @ np.full(2, (WINDOW - 1) / 2)
    return cv2.warpAffine(
        image[y0:y1, x0:x1],
        np.concatenate([turn, origin[:, None]], axis=1),
        (WINDOW, WINDOW),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
