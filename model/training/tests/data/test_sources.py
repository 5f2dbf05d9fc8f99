import pytest

from mitosis.data.sources import FOLDS, source_of


@pytest.mark.parametrize(
    ("slide", "source"),
    [
        # MIDOG 2021: 50 slides of each scanner. TUPAC16: 23 of Utrecht, 25 of each of two other centers.
        ("MIDOG21_001", "MIDOG21 Hamamatsu XR"),
        ("MIDOG21_050", "MIDOG21 Hamamatsu XR"),
        ("MIDOG21_051", "MIDOG21 Hamamatsu S360"),
        ("MIDOG21_100", "MIDOG21 Hamamatsu S360"),
        ("MIDOG21_101", "MIDOG21 Aperio CS2"),
        ("MIDOG21_150", "MIDOG21 Aperio CS2"),
        ("TUPAC16_01", "TUPAC16 Utrecht"),
        ("TUPAC16_23", "TUPAC16 Utrecht"),
        ("TUPAC16_24", "TUPAC16 center B"),
        ("TUPAC16_48", "TUPAC16 center B"),
        ("TUPAC16_49", "TUPAC16 center C"),
        ("TUPAC16_73", "TUPAC16 center C"),
    ],
)
def test_the_number_of_a_slide_tells_its_source(slide, source):
    assert source_of(slide) == source


@pytest.mark.parametrize("slide", ["MIDOG21_151", "MIDOG21_000", "TUPAC16_74", "OTHER_01", "MIDOG21"])
def test_an_unknown_slide_is_refused(slide):
    with pytest.raises(ValueError):
        source_of(slide)


def test_the_folds_leave_out_each_source_once():
    left_out = [source for sources in FOLDS.values() for source in sources]
    numbered = [f"MIDOG21_{n:03}" for n in range(1, 151)] + [f"TUPAC16_{n:02}" for n in range(1, 74)]
    assert sorted(left_out) == sorted({*map(source_of, numbered), "AtNorM-MD"})
