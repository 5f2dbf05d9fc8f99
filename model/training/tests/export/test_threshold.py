from dataclasses import replace

import numpy as np
import pytest

from mitosis.export.threshold import choose_threshold

NEGATIVES = np.arange(1, 1002)


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


@pytest.fixture
def pool(make_pool):
    """Returns 1,001 negatives in one image; row 0 is its mitosis."""
    one = make_pool(["a"], ["s"])
    rows = np.array([0] + [1] * 1001)
    return replace(
        one,
        image_index=one.image_index[rows],
        center=one.center[rows],
        label=one.label[rows],
        source=one.source[rows],
        slide=one.slide[rows],
        ibm_logit=one.ibm_logit[rows],
    )


def test_one_in_a_thousand_negatives_exceeds_the_mean_of_five_windows(pool):
    seen = []

    def score(moved, rows):
        x, y = moved.center[rows[0]] - pool.center[rows[0]]
        seen.append((x, y))
        in_place = (x, y) == (0, 0)
        probability = np.full(len(rows), 0.1)
        probability[500] = 0.99
        probability[17] = 0.9 if in_place else 0.8  # mean 0.82
        probability[30] = 0.999 if in_place else 0.01  # mean 0.21: one window alone does not count
        assert rows.tolist() == NEGATIVES.tolist()
        return np.array([logit(p) for p in probability])

    # Of 1,001 values, the 0.999 quantile is the second highest, at index 999 of 0 to 1000.
    assert choose_threshold(score, pool, NEGATIVES) == pytest.approx(logit(0.82), abs=1e-6)
    assert sorted(seen) == [(-4, -4), (-4, 4), (0, 0), (4, -4), (4, 4)]


def test_the_threshold_is_a_probability_of_at_least_one_half(pool):
    assert choose_threshold(lambda _, rows: np.full(len(rows), -3.0), pool, NEGATIVES) == 0
