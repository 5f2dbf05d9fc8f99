"""Tells whether a retrained model is as good as the shipped one: whether its figures lie in the stated intervals.

The exit code is 1 if a figure lies outside of the 95 % interval of the shipped model.

.venv/bin/python model/training/compare.py model/training/figures.json model/candidate/facts.json
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

_INTERVAL = "_95"
# An interval over fewer slides is skipped: the bootstrap draws the same few slides again and again.
_MIN_SLIDES = 10


def stated_intervals(figures: dict, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[float]]]:
    """Yields the keys of each figure with an interval, and the interval `[low, high]`; skips those of IBM's network."""
    if figures.get("slides", _MIN_SLIDES) < _MIN_SLIDES:
        return
    for key, value in figures.items():
        if isinstance(value, dict):
            yield from stated_intervals(value, (*path, key))
        elif key.endswith(_INTERVAL) and "ibm" not in path:
            yield (*path, key.removesuffix(_INTERVAL)), value


def look_up(figures: dict, path: tuple[str, ...]) -> float:
    """Returns the figure at the keys `path`; raises `KeyError` if there is none."""
    for key in path:
        figures = figures[key]
    return float(figures)


def main() -> int:
    """Compares the two files of the command line; returns the exit code."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    shipped, retrained = (json.loads(Path(file).read_text()) for file in sys.argv[1:])
    outside = 0
    for path, (low, high) in stated_intervals(shipped):
        value = look_up(retrained, path)
        within = low <= value <= high
        outside += not within
        verdict = "within" if within else "OUTSIDE"
        print(f"{' / '.join(path)}: {look_up(shipped, path):.3f} [{low:.3f}, {high:.3f}], now {value:.3f}: {verdict}")
    print(f"{outside} figures lie outside of their intervals")
    return int(outside > 0)


if __name__ == "__main__":
    sys.exit(main())
