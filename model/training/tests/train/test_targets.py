import numpy as np
import pytest

from mitosis.data.pool import UNANNOTATED
from mitosis.train.targets import target_probabilities


def test_mitoses_are_1_and_negatives_a_share_of_what_ibm_says(make_pool):
    pool = make_pool(["a", "b"], ["s", UNANNOTATED])
    pool.ibm_logit[:] = [-20, -20, 0, np.log(3)]  # the last two: probabilities 0.5 and 0.75
    assert target_probabilities(pool) == pytest.approx([1, 1, 0.3 * 0.5, 0.7 * 0.75])
