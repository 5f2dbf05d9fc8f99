import numpy as np
import pytest

from mitosis.network.architecture import LAYERS
from mitosis.train.sampler import Sampler, slide_weights
from mitosis.train.settings import Settings

SETTINGS = Settings(LAYERS, rounds=1, batches_per_round=1, batch_size=10)


def test_mitoses_of_a_slide_with_many_weigh_less_each():
    slides = np.array(["one", *["many"] * 32, "AtNorM-MD_7"])
    sources = np.array(["s"] * 33 + ["AtNorM-MD"])
    weights = slide_weights(slides, sources)
    assert weights == pytest.approx([1.0, *[0.25] * 32, 0.3])  # 32 ** -0.4 is 2 ** -2


def test_batches_come_from_the_given_rows_only_with_mitoses_first(make_pool):
    pool = make_pool([f"slide {i}" for i in range(20)], ["s"] * 20)
    rows = np.arange(0, 40, 2)
    sampler, random = Sampler(pool, rows, SETTINGS), np.random.default_rng(0)
    drawn = [sampler.draw(random) for _ in range(100)]
    assert set(np.concatenate(drawn)) == set(rows)
    assert all(pool.label[batch].tolist() == [1] * 3 + [0] * 7 for batch in drawn)


def test_hard_negatives_are_drawn_more_often_and_easy_ones_still(make_pool):
    pool = make_pool([f"slide {i}" for i in range(20)], ["s"] * 20)
    sampler, random = Sampler(pool, np.arange(40), SETTINGS), np.random.default_rng(0)
    logits = np.full(20, -12.0)
    logits[0] = 3.0
    assert sampler.prefer_hard(logits, np.full(20, -12.0)) == 1 / 20
    drawn = np.concatenate([sampler.draw(random)[3:] for _ in range(500)])
    counts = np.bincount(drawn - 20, minlength=20) / len(drawn)
    # By hand: sigmoid(4.5) + 0.003 is 0.992 of 0.992 + 19 * 0.003 = 1.05; 0.6 * 0.945 + 0.4 / 20 is 0.587.
    assert counts[0] == pytest.approx(0.587, abs=0.03)
    assert counts[1:].min() > 0.01
