import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("cv2", reason="OpenCV is not installed")

from mitosis.views import views as views_module
from mitosis.views.look_alikes import make_look_alikes
from mitosis.views.make_views import make_views


def brightness(windows: np.ndarray) -> np.ndarray:
    return windows.mean(axis=(1, 2, 3), dtype=np.float64).astype(np.float32)


def test_look_alikes_change_pixels_of_negatives_and_no_label(make_pool, monkeypatch):
    pool = make_pool(["a", "b", "c"], ["s", "s", "s"])
    rows = np.arange(len(pool.label))
    labels = pool.label.copy()
    made = {}
    for share in (0.0, 1.0):
        monkeypatch.setattr(views_module, "_LOOK_ALIKE_SHARE", share)
        made[share] = make_views(pool, rows, brightness, seed=1)
    plain, altered = made[0.0], made[1.0]
    assert (pool.label == labels).all()
    assert (altered.row == plain.row).all()
    is_mitosis = pool.label[plain.row] > 0.5
    changed = (altered.parts[0] != plain.parts[0]).any(axis=(1, 2, 3))
    assert (changed == ~is_mitosis).all()


def test_the_teacher_scores_views_as_they_have_become(make_pool):
    pool = make_pool(["a", "b"], ["s", "s"])
    views = make_views(pool, np.arange(4), brightness, seed=1)
    assert (views.ibm_logit == brightness(views.parts[0])).all()


def test_a_window_without_tissue_stays_as_it_is():
    glass = np.full((20, 64, 64, 3), 255, np.uint8)
    assert (make_look_alikes(glass, np.random.default_rng(0)) == 255).all()


def test_nuclei_become_darker():
    # Nuclei of 16 x 16 px, one of them in the middle, that cover an eighth of the window.
    windows = np.full((20, 64, 64, 3), (235, 215, 230), np.uint8)
    for x, y in [(24, 24), (2, 2)]:
        windows[:, y : y + 16, x : x + 16] = (120, 80, 150)
    altered = make_look_alikes(windows, np.random.default_rng(0))
    assert altered.dtype == np.uint8 and altered.shape == windows.shape
    before, after = (w[:, 28:36, 28:36].mean(axis=(1, 2, 3)) for w in (windows, altered))
    assert (after < before + 1).all()
    assert after.mean() < before.mean() - 20
