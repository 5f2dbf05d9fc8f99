import numpy as np

from mitosis.data.windows import cut_windows, reflect_indices


def test_the_border_pixel_is_repeated():
    assert reflect_indices(np.arange(-3, 8), 0, 5).tolist() == [2, 1, 0, 0, 1, 2, 3, 4, 4, 3, 2]
    assert reflect_indices(np.arange(8, 15), 10, 13).tolist() == [11, 10, 10, 11, 12, 12, 11]


def test_windows_are_those_of_a_symmetrically_padded_image():
    image = np.random.default_rng(0).integers(0, 256, (70, 80, 3), np.uint8)
    # The bounds leave out 4 columns on the left and 2 rows at the bottom.
    bounds = np.float32([[4, 0, 80, 68]])
    padded = np.pad(image[:68, 4:], ((100, 100), (100, 100), (0, 0)), mode="symmetric")
    for x, y in [(40, 34), (4, 0), (79, 67), (10, 60)]:
        window = cut_windows([image], bounds, np.array([0]), np.array([(x, y)]))[0]
        top, left = y - 32 + 100, x - 4 - 32 + 100
        assert (window == padded[top : top + 64, left : left + 64]).all()


def test_the_center_is_pixel_32_of_the_window():
    image = np.zeros((128, 128, 3), np.uint8)
    image[50, 70] = 255
    window = cut_windows([image], np.float32([[0, 0, 128, 128]]), np.array([0]), np.array([(70.9, 50.2)]))[0]
    assert np.argwhere(window[:, :, 0]).tolist() == [[32, 32]]


def test_windows_within_the_bounds_need_no_mirroring(make_pool):
    pool = make_pool(["a"], ["s"])
    assert pool.inside_bounds.tolist() == [True, False]  # (64, 64), and (100, 90) of 128 px
    pool.bounds[0] = [32, 32, 96, 96]
    assert pool.inside_bounds[0]
    pool.bounds[0] = [33, 32, 96, 96]
    assert not pool.inside_bounds[0]
