"""Whether a retrained model is as good as the shipped one: each figure within the interval stated for it.

python model/training/compare.py model/training/figures.json model/candidate/facts.json
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

_INTERVAL = "_95"
# Of fewer slides the bootstrap draws the same few again and again: its interval says nothing of a new training.
_FEWEST_SLIDES = 10


def stated(figures: dict, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[float]]]:
    """The figures of the model itself that have a 95 % interval over enough slides, by their place in the file."""
    if figures.get("slides", _FEWEST_SLIDES) < _FEWEST_SLIDES:
        return
    for key, value in figures.items():
        if isinstance(value, dict):
            yield from stated(value, (*path, key))
        elif key.endswith(_INTERVAL) and "ibm" not in path:
            yield (*path, key.removesuffix(_INTERVAL)), value


def look_up(figures: dict, path: tuple[str, ...]) -> float:
    """The figure at a place; raises `KeyError` where the retrained model has none."""
    for key in path:
        figures = figures[key]
    return float(figures)


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    shipped, retrained = (json.loads(Path(file).read_text()) for file in sys.argv[1:])
    outside = 0
    for path, (low, high) in stated(shipped):
        value = look_up(retrained, path)
        within = low <= value <= high
        outside += not within
        verdict = "within" if within else "OUTSIDE"
        print(f"{' / '.join(path)}: {look_up(shipped, path):.3f} [{low:.3f}, {high:.3f}], now {value:.3f}: {verdict}")
    print(f"{outside} figures outside of their intervals")
    return int(outside > 0)


if __name__ == "__main__":
    sys.exit(main())
