import numpy as np
import pytest

pytest.importorskip("cv2", reason="OpenCV is not installed")

from mitosis.data.windows import cut_windows
from mitosis.views.geometry import borrow_bounds, cut_view


class NoChange:
    """Stands for a random generator that draws no turn, no mirroring, scale 1 and no shift."""

    def __init__(self) -> None:
        self._draws = iter([0.0, 0.0, 0.9])  # right angle, original scale, not mirrored

    def random(self) -> float:
        return next(self._draws)

    def uniform(self, low: float, high: float, size: int | None = None) -> np.ndarray | float:
        return 0.0 if size is None else np.zeros(size)


@pytest.mark.parametrize("center", [(64, 64), (2, 3), (125, 120), (100, 10)])
def test_an_unaltered_view_is_the_window_with_its_borders(center):
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    bounds = np.float32([0, 2, 126, 128])
    view = cut_view(image, bounds, np.float32(center), 5.0, NoChange())
    window = cut_windows([image], bounds[None], np.array([0]), np.array([center]))[0]
    assert (view == window).all()


def test_the_mitosis_stays_within_its_shift_of_the_middle():
    image = np.full((128, 128, 3), 255, np.uint8)
    image[61:68, 61:68] = 0
    random = np.random.default_rng(0)
    for _ in range(200):
        view = cut_view(image, np.float32([0, 0, 128, 128]), np.float32([64.5, 64.5]), 5.0, random)
        y, x = np.nonzero(view[:, :, 0] < 128)
        # At most 5 px along each axis of the image, enlarged up to 1.5 times: 1.5 * 5 * sqrt(2) is 10.6.
        assert np.hypot(x.mean() - 31.5, y.mean() - 31.5) < 11


def test_views_of_mitoses_get_the_borders_of_a_negative(make_pool):
    pool = make_pool(["a", "b"], ["s", "s"])
    # The negative (row 3) is at (100, 90) of an image of 128 px: 28 px from its right border, 38 from the lower one.
    assert borrow_bounds(pool, 0, np.array([3]), np.random.default_rng(0)).tolist() == [0, 0, 64 + 28, 64 + 38]
    assert borrow_bounds(pool, 3, np.array([3]), np.random.default_rng(0)).tolist() == [0, 0, 128, 128]
