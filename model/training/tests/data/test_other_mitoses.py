import numpy as np
import pytest

from mitosis.data.other_mitoses import find_other_mitoses


@pytest.fixture
def slide() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)


def patch_around(slide: np.ndarray, x: int, y: int) -> np.ndarray:
    return slide[y - 64 : y + 64, x - 64 : x + 64]


def test_overlapping_patches_show_the_mitoses_of_each_other(slide):
    # The second mitosis is 20 px to the right and 30 px below the first, the third far from both.
    images = np.stack([patch_around(slide, x, y) for x, y in [(80, 80), (100, 110), (300, 300)]])
    found = find_other_mitoses(images, np.array(["a", "a", "a"]))
    assert found == [[(84, 94)], [(44, 34)], []]


def test_patches_of_different_slides_are_not_compared(slide):
    images = np.stack([patch_around(slide, 80, 80), patch_around(slide, 100, 110)])
    assert find_other_mitoses(images, np.array(["a", "b"])) == [[], []]


def test_a_patch_shows_several_further_mitoses(slide):
    images = np.stack([patch_around(slide, x, y) for x, y in [(100, 100), (130, 100), (100, 150)]])
    assert sorted(find_other_mitoses(images, np.array(["a"] * 3))[0]) == [(64, 114), (94, 64)]


def test_all_mitoses_of_a_patch_are_the_middle_and_the_further_ones(make_pool, make_patches):
    patches = make_patches(make_pool(["a", "b"], ["s", "s"]), {1: [(84, 94)]})
    assert patches.mitoses(0).tolist() == [[64, 64]]
    assert patches.mitoses(1).tolist() == [[64, 64], [84, 94]]
