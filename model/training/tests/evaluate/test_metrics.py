import numpy as np
import pytest

from mitosis.evaluate import metrics

# The example of scikit-learn's documentation of `roc_auc_score` and `average_precision_score`.
SCORE, LABEL = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])


def test_auc_is_the_share_of_pairs_in_the_right_order():
    assert metrics.auc(SCORE, LABEL) == 0.75
    # Pairs: 1 to 1 counts half, 1 to 0, 2 to 1 and 2 to 0 count whole.
    assert metrics.auc(np.array([1, 2, 1, 0]), np.array([1, 1, 0, 0])) == 3.5 / 4


def test_average_precision_sums_the_precision_at_each_mitosis():
    # Best first: mitosis (1 of 1), negative, mitosis (2 of 3).
    assert metrics.average_precision(SCORE, LABEL) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.average_precision(SCORE, LABEL, missed=1) == pytest.approx((1 + 2 / 3) / 3)
    assert np.isnan(metrics.average_precision(SCORE, np.zeros(4)))


def test_rates_count_scores_at_the_threshold():
    assert metrics.rates(SCORE, LABEL, 0.4) == (0.5, 0.5)
    assert metrics.rates(SCORE, LABEL, 0.41) == (0.5, 0.0)
    assert metrics.rates(SCORE, LABEL, 0.35) == (1.0, 0.5)


def test_sensitivity_at_a_false_positive_rate():
    score = np.array([5.0, 3.0, 1.0, 4.0, 2.0, 0.0, -1.0])
    label = np.array([1, 1, 1, 0, 0, 0, 0])
    assert metrics.sensitivity_at(score, label, 0.0) == pytest.approx(1 / 3)
    assert metrics.sensitivity_at(score, label, 0.24) == pytest.approx(1 / 3)
    assert metrics.sensitivity_at(score, label, 0.25) == pytest.approx(2 / 3)
    assert metrics.sensitivity_at(score, label, 0.5) == 1.0
    assert metrics.sensitivity_at(score, label, 1.0) == 1.0


def test_calibration_error_weighs_bins_by_their_windows():
    probability = np.array([0.1, 0.1, 0.1, 0.1, 0.9])
    label = np.array([0, 0, 0, 1, 1])
    error, bins = metrics.calibration_error(probability, label, bins=2)
    # A bin of four with mean 0.1 and share 0.25, and one of a single window with mean 0.9 and share 1.
    assert error == pytest.approx((4 * 0.15 + 1 * 0.1) / 5)
    assert bins == pytest.approx(np.array([[0.1, 0.25, 4], [0.9, 1.0, 1]]))
    assert metrics.calibration_error(np.array([1.0]), np.array([1]))[0] == 0


def test_the_bootstrap_draws_whole_groups():
    groups = np.array(["a", "a", "a", "b"])
    seen = set()

    def measure(rows: np.ndarray) -> float:
        seen.add(tuple(sorted(rows)))
        return float((rows == 3).mean())

    assert metrics.bootstrap_interval(groups, measure) == (0.0, 1.0)  # a quarter of the draws is b and b
    assert seen == {(0, 0, 1, 1, 2, 2), (0, 1, 2, 3), (3, 3)}
