import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from mitosis.train.mining import mine_negatives


class DarkPixelDetector(torch.nn.Module):
    """Scores a window by its pixel (32, 32): logit 5 if it is black, -5 if it is white."""

    def forward(self, x):
        kernel = torch.zeros(1, 3, 64, 64)
        kernel[0, :, 32, 32] = -5 / 3
        return torch.nn.functional.conv2d(x, kernel, stride=8)


def no_opinion(windows: np.ndarray) -> np.ndarray:
    return np.zeros(len(windows), np.float32)


def test_only_finds_far_from_mitoses_in_chosen_patches_become_negatives(make_pool, make_patches):
    pool = make_pool(["a", "b", "c"], ["s", "s", "s"])
    for image in pool.images:
        image[:] = 255
        for x, y in [(64, 64), (88, 64), (104, 104), (16, 104), (16, 16)]:
            image[y, x] = 0
    patches = make_patches(pool, others={1: [(20, 100)]})
    pool.center[3] = (104, 104)  # the negative that image 0 already has
    grown = mine_negatives(DarkPixelDetector(), pool, patches, np.array([0, 1]), 60, no_opinion, seed=0)
    new = [(int(i), *map(int, c)) for i, c in zip(grown.image_index[6:], grown.center[6:], strict=True)]
    # (64, 64) is the mitosis and (88, 64) 24 px from it; (16, 104) is near the further mitosis of image 1; image 2
    # is not chosen.
    assert sorted(new) == [(0, 16, 16), (0, 16, 104), (1, 16, 16), (1, 104, 104)]
    assert (grown.label[6:] == 0).all()
    assert set(grown.slide[6:]) == {"a", "b"}
