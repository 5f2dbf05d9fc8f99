"""Holds the pool: all windows to learn from and to test on, with labels and IBM's logits."""

from dataclasses import dataclass, replace

import numpy as np

from mitosis.data.windows import WINDOW, Scorer, cut_windows

UNANNOTATED = "BreCaHAD"  # the source in whose fields nobody marked mitoses


@dataclass
class Pool:
    """Holds m images and one row for each of n windows.

    Image i is patch i of the data set, and row i is the mitosis in its middle. Whole fields follow the patches, and
    negatives follow the mitoses.

    images: m arrays, `uint8` RGB `[h, w, 3]`.
    bounds: `float32` `[m, 4]`, the part of each image that shows the slide: x0, y0, x1, y1.
    image_index: which image each window is cut from, `int` `[n]`.
    center: its center `(x, y)` in px, `float32` `[n, 2]`.
    label: 1 for a mitosis, 0 for a negative, `float32` `[n]`.
    source, slide: `str` `[n]`.
    ibm_logit: what IBM's network says of the window, `float32` `[n]`.
    """

    images: list[np.ndarray]
    bounds: np.ndarray
    image_index: np.ndarray
    center: np.ndarray
    label: np.ndarray
    source: np.ndarray
    slide: np.ndarray
    ibm_logit: np.ndarray

    @property
    def annotated(self) -> np.ndarray:
        """Returns whether people marked the mitoses in the image of each window, `bool` `[n]`."""
        return self.source != UNANNOTATED

    @property
    def inside_bounds(self) -> np.ndarray:
        """Returns whether each window lies inside the bounds, so that no pixel is mirrored, `bool` `[n]`."""
        low, high = self.bounds[self.image_index, :2], self.bounds[self.image_index, 2:]
        half = WINDOW // 2
        return ((self.center - half >= low) & (self.center + half <= high)).all(axis=1)

    def windows(self, rows: np.ndarray) -> np.ndarray:
        """Returns the unaltered windows of some rows, `uint8` `[len(rows), 64, 64, 3]`."""
        return cut_windows(self.images, self.bounds, self.image_index[rows], self.center[rows])

    def with_negatives(self, image_index: np.ndarray, center: np.ndarray, ibm_logits: Scorer) -> "Pool":
        """Returns this pool and further negatives, each with the source and slide of its image.

        `image_index` is `int` `[k]`, `center` `[k, 2]`; every image must already have a window in the pool.
        """
        first_row = {int(i): row for row, i in reversed(list(enumerate(self.image_index)))}
        same_image = np.array([first_row[int(i)] for i in image_index])
        windows = cut_windows(self.images, self.bounds, image_index, center)
        return replace(
            self,
            image_index=np.concatenate([self.image_index, image_index]),
            center=np.concatenate([self.center, center.astype(np.float32)]),
            label=np.concatenate([self.label, np.zeros(len(image_index), np.float32)]),
            source=np.concatenate([self.source, self.source[same_image]]),
            slide=np.concatenate([self.slide, self.slide[same_image]]),
            ibm_logit=np.concatenate([self.ibm_logit, ibm_logits(windows)]),
        )
