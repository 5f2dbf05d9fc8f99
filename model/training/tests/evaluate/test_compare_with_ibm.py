import numpy as np
import pytest

from mitosis.data.pool import UNANNOTATED
from mitosis.evaluate import compare_with_ibm as module


def test_only_annotated_windows_without_mirrored_borders_are_tested(make_pool):
    pool = make_pool(["a", "b", "c"], ["s", "s", UNANNOTATED])
    pool.center[3] = (80, 80)  # the negative of image 0; that of image 1 is at (100, 90), 28 px from the border
    assert module.test_rows(pool, np.ones(6, bool)).tolist() == [0, 1, 3]
    assert module.test_rows(pool, pool.slide == "a").tolist() == [0, 3]


def test_both_networks_are_measured_on_the_same_windows(make_pool):
    pool = make_pool(["a", "b"], ["s", "t"])
    pool.ibm_logit[:] = [1, -1, 2, -2]
    figures = module.compare_with_ibm(pool, np.arange(4), np.array([3.0, 2.0, 1.0, 0.0]), threshold=1.5)
    assert (figures["mitoses"], figures["others"], figures["slides"]) == (2, 2, 2)
    model, ibm = figures["model"], figures["ibm"]
    assert (model["sensitivity"], model["false_positive_rate"], model["auc"]) == (1.0, 0.0, 1.0)
    # IBM's: mitoses 1 and -1, negatives 2 and -2: two of four pairs in order, and each half of both flagged.
    assert (ibm["sensitivity"], ibm["false_positive_rate"], ibm["auc"]) == (0.5, 0.5, 0.5)
    assert ibm["average_precision"] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_sources_are_compared_apart(make_pool):
    pool = make_pool(["a", "b"], ["s", "t"])
    figures = module.compare_by_source(pool, np.arange(4), np.array([1.0, -1.0, 0.0, 0.0]), threshold=0.5)
    assert {source: row["model"]["auc"] for source, row in figures.items()} == {"s": 1.0, "t": 0.0}
