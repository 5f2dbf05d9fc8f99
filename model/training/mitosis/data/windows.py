"""Cuts windows of 64 x 64 px, the input of the network, out of images."""

from collections.abc import Callable, Sequence

import numpy as np

WINDOW = 64  # px: height and width of a window

# Scores `uint8` RGB windows `[n, 64, 64, 3]`: returns logits `[n]`.
Scorer = Callable[[np.ndarray], np.ndarray]


def reflect_indices(position: np.ndarray, low: int, high: int) -> np.ndarray:
    """Mirrors indices at the borders so that `low <= index < high`.

    The border pixel is repeated: below `low`, indices run low, low + 1, ... (`symmetric` in NumPy, `BORDER_REFLECT` in
    OpenCV).
    """
    span = high - low
    folded = np.mod(position - low, 2 * span)
    return low + np.minimum(folded, 2 * span - 1 - folded)


def cut_windows(
    images: Sequence[np.ndarray], bounds: np.ndarray, image_index: np.ndarray, center: np.ndarray
) -> np.ndarray:
    """Returns axis-parallel windows around `center`, `uint8` `[n, 64, 64, 3]`, mirrored beyond the bounds.

    Window i is cut out of `images[image_index[i]]` (`uint8` `[h, w, 3]`), whose `bounds[image_index[i]]` are x0, y0,
    x1, y1. Its center `(x, y)` is pixel (32, 32) of the window; fractions of a pixel are dropped.
    """
    offset = np.arange(-WINDOW // 2, WINDOW // 2)
    windows = np.empty((len(image_index), WINDOW, WINDOW, 3), np.uint8)
    for window, i, (x, y) in zip(windows, image_index, center.astype(int), strict=True):
        x0, y0, x1, y1 = bounds[i].astype(int)
        rows, columns = reflect_indices(y + offset, y0, y1), reflect_indices(x + offset, x0, x1)
        window[:] = images[i][rows[:, None], columns]
    return windows
