import numpy as np
import pytest

from mitosis.data.pool import UNANNOTATED
from mitosis.data.sources import FOLDS, source_of
from mitosis.data.split import is_validation, trainable_patches, trainable_rows

# First eight digits of `printf %s NAME | sha256sum`, and these modulo 100: below 22 is validation.
HASHES = {
    "MIDOG21_002": ("4c0d0916", True),  # 10
    "MIDOG21_041": ("99ea67d2", False),  # 50
    "MIDOG21_082": ("e4890667", True),  # 19
    "MIDOG21_098": ("126e2372", False),  # 22
    "MIDOG21_120": ("cc093abb", False),  # 23
    "MIDOG21_150": ("fe1064a1", True),  # 1
    "TUPAC16_01": ("97fab1f3", False),  # 71
    "TUPAC16_25": ("6d8ca880", True),  # 20
    "TUPAC16_50": ("e24c30b5", True),  # 21
}
SLIDES = list(HASHES)


@pytest.fixture
def pool(make_pool):
    """Nine slides of AMi-Br, and a field without annotations whose name hashes to 1, below 22."""
    return make_pool([*SLIDES, "MIDOG21_150"], [*map(source_of, SLIDES), UNANNOTATED])


@pytest.mark.parametrize("slide", SLIDES)
def test_the_hash_of_the_name_decides(slide):
    digits, validation = HASHES[slide]
    assert (int(digits, 16) % 100 < 22) == validation
    assert is_validation(np.array([slide])).tolist() == [validation]


def test_a_slide_is_on_one_side_whatever_the_others_are():
    doubled = np.array([*SLIDES, *reversed(SLIDES)])
    expected = [validation for _, validation in HASHES.values()]
    assert is_validation(doubled).tolist() == expected + expected[::-1]


def test_about_22_percent_are_held_out():
    share = is_validation(np.array([f"slide {i}" for i in range(5000)])).mean()
    assert abs(share - 0.22) < 0.02  # more than three standard deviations


def test_validation_slides_do_not_train_and_unannotated_fields_do(pool):
    trained = {pool.slide[row] for row in trainable_rows(pool) if pool.annotated[row]}
    assert trained == {slide for slide, (_, validation) in HASHES.items() if not validation}
    assert UNANNOTATED in pool.source[trainable_rows(pool)]


@pytest.mark.parametrize("fold", FOLDS)
def test_nothing_of_a_left_out_source_trains(pool, fold):
    left_out = FOLDS[fold]
    rows = trainable_rows(pool, left_out)
    assert not set(pool.source[rows]) & set(left_out)
    assert not is_validation(pool.slide[rows])[pool.annotated[rows]].any()
    # Nothing else is lost: mitosis and negative of each other slide remain.
    kept = [s for s, (_, validation) in HASHES.items() if not validation and source_of(s) not in left_out]
    assert sorted(pool.slide[rows][pool.annotated[rows]]) == sorted(kept * 2)


@pytest.mark.parametrize("fold", FOLDS)
def test_only_patches_that_train_are_mined(pool, fold):
    patches = trainable_patches(pool, len(SLIDES), FOLDS[fold])
    expected = [i for i, slide in enumerate(SLIDES) if not HASHES[slide][1] and source_of(slide) not in FOLDS[fold]]
    assert patches.tolist() == expected


@pytest.mark.parametrize("fold", FOLDS)
def test_mined_negatives_stay_on_the_side_of_their_slide(pool, fold):
    def no_opinion(windows):
        return np.zeros(len(windows), np.float32)

    every_image = np.arange(len(pool.images))
    grown = pool.with_negatives(every_image, np.full((len(every_image), 2), 20), no_opinion)
    new = np.arange(len(pool.label), len(grown.label))
    assert (grown.label[new] == 0).all()
    trained = set(trainable_rows(grown, FOLDS[fold])) & set(new)
    images = {int(grown.image_index[row]) for row in trained}
    assert images == {int(pool.image_index[row]) for row in trainable_rows(pool, FOLDS[fold])}
