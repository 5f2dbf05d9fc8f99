"""Maps slides to their source: the laboratory and scanner, or the data set.

The slide numbers of each source are those of the MIDOG 2021 and TUPAC16 data descriptions.
"""

# The highest slide number of each source, in ascending order.
_MIDOG21 = ((50, "MIDOG21 Hamamatsu XR"), (100, "MIDOG21 Hamamatsu S360"), (150, "MIDOG21 Aperio CS2"))
_TUPAC16 = ((23, "TUPAC16 Utrecht"), (48, "TUPAC16 center B"), (73, "TUPAC16 center C"))

# AtNorM-MD names no slides, so that the data set is its own source.
ATNORM_MD = "AtNorM-MD"

# Leave-one-source-out leaves out one of these groups at a time: sources that share a laboratory or data set.
FOLDS: dict[str, tuple[str, ...]] = {
    "MIDOG21": tuple(name for _, name in _MIDOG21),
    "TUPAC16 Utrecht": ("TUPAC16 Utrecht",),
    "TUPAC16 other centers": ("TUPAC16 center B", "TUPAC16 center C"),
    ATNORM_MD: (ATNORM_MD,),
}


def source_of(slide: str) -> str:
    """Returns the source of a slide of AMi-Br, named like `MIDOG21_041` or `TUPAC16_07`.

    Raises `ValueError` for a name of another form or a number that no source has.
    """
    data_set, number = slide.split("_")
    tables = {"MIDOG21": _MIDOG21, "TUPAC16": _TUPAC16}
    for highest, name in tables.get(data_set, ()):
        if 1 <= int(number) <= highest:
            return name
    raise ValueError(
        f"slide {slide!r} belongs to no known source: MIDOG21_001 to MIDOG21_150 or TUPAC16_01 to TUPAC16_73 is wanted"
    )
