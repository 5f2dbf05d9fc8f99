import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("cv2", reason="OpenCV is not installed")

from mitosis.network.architecture import LAYERS
from mitosis.train.recipe import train_without
from mitosis.train.settings import Settings
from mitosis.views.make_views import make_views

SETTINGS = Settings(LAYERS, rounds=2, batches_per_round=2, batch_size=8)
# MIDOG21_002 is a validation slide; the other names are not.
SLIDES = ["TUPAC16_01", "TUPAC16_24", "MIDOG21_041", "MIDOG21_120", "MIDOG21_002"]
SOURCES = ["TUPAC16 Utrecht", "TUPAC16 center B", "MIDOG21 Hamamatsu XR", "MIDOG21 Aperio CS2", "MIDOG21 Hamamatsu XR"]
LEFT_OUT = ("TUPAC16 Utrecht", "TUPAC16 center B")


def brightness(windows: np.ndarray) -> np.ndarray:
    return (windows.mean(axis=(1, 2, 3)) / 64).astype(np.float32)


@pytest.fixture(scope="module")
def train(make_pool, make_patches):
    """Returns a function that trains after painting one image gray, and returns all weights."""

    def train(painted: int | None) -> torch.Tensor:
        pool = make_pool(SLIDES, SOURCES)
        if painted is not None:
            pool.images[painted][:] = 90
        views = make_views(pool, np.arange(len(pool.label)), brightness, seed=1)
        trained = train_without(LEFT_OUT, pool, views, make_patches(pool), brightness, SETTINGS, lambda line: None)
        return torch.cat([value.flatten().float() for value in trained.network.state_dict().values()])

    return train


@pytest.fixture(scope="module")
def unpainted(train) -> torch.Tensor:
    return train(None)


@pytest.mark.parametrize(
    ("painted", "same"),
    [(0, True), (1, True), (4, True), (2, False)],
    ids=["left-out source", "second left-out source", "validation slide", "trained slide"],
)
def test_pixels_that_are_left_out_do_not_change_the_network(train, unpainted, painted, same):
    assert torch.equal(train(painted), unpainted) == same
