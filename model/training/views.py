"""Views of every window, each with what IBM's network says of that very view.

Rotation, mirror, scale, shift and borders are drawn once, and half of the views of others become
look-alikes, so that IBM can be asked about each view in the colours that a laboratory gave it;
stain, focus and noise are drawn anew at every use (`augment.py`). IBM's network knows look-alikes
(TUPAC16 named them) but only stains like its own, so that its answer to the unaltered colours
teaches what the cell is, whatever the colours.
"""

import math
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from data import WINDOW
from look_alikes import make_look_alikes
from pool import Ask, Pool

OF_MITOSIS, OF_OTHER = 20, 6  # views made of each window
_LARGER, _SMALLER = 1.5, 1.2  # how much larger or smaller a view may show the cell
_ALTERED = 0.5  # share of look-alikes among views of others
_SHIFT_OF_MITOSIS, _SHIFT_OF_OTHER = 5.0, 8.0  # px


@dataclass(frozen=True)
class Views:
    """View i shows row `row[i]` of the pool, and IBM says `ibm[i]` of it.

    `parts` hold the pixels, `uint8` `[n, 64, 64, 3]` each, one after the other: gigabytes, which are
    added to but never copied. `first` and `count` say where the views of each row begin and how many
    it has.
    """

    parts: tuple[np.ndarray, ...]
    row: np.ndarray
    ibm: np.ndarray

    @property
    def first(self) -> np.ndarray:
        return np.searchsorted(self.row, np.arange(self.row[-1] + 1))

    @property
    def count(self) -> np.ndarray:
        return np.bincount(self.row)

    def pixels(self, chosen: np.ndarray) -> list[np.ndarray]:
        """Views of the pixels `[64, 64, 3]` of some views."""
        ends = np.cumsum([len(part) for part in self.parts])
        part = np.searchsorted(ends, chosen, side="right")
        within = chosen - np.concatenate([[0], ends])[part]
        return [self.parts[p][i] for p, i in zip(part, within, strict=True)]

    def followed_by(self, *more: "Views") -> "Views":
        """These and the views of later rows."""
        every = (self, *more)
        return Views(
            tuple(part for views in every for part in views.parts),
            np.concatenate([views.row for views in every]),
            np.concatenate([views.ibm for views in every]),
        )


def _frame(pool: Pool, row: int, framed: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Each mitosis gets the borders of a chance negative: reflection must not tell them apart."""
    frame = pool.frames[pool.image[row]]
    if pool.label[row] < 0.5:
        return frame
    other = random.choice(framed)
    borrowed = pool.frames[pool.image[other]] + np.tile(pool.centre[row] - pool.centre[other], 2)
    return np.concatenate([np.maximum(frame[:2], borrowed[:2]), np.minimum(frame[2:], borrowed[2:])])


def resample(
    image: np.ndarray, frame: np.ndarray, centre: np.ndarray, shift: float, random: np.random.Generator
) -> np.ndarray:
    """A 64 px window of `image` around `centre`, at a chance angle, size, side and place.

    `frame` (x0, y0, x1, y1) is reflected at its border; `shift` is the largest displacement in px.
    Half of the angles are right ones and a fifth of the sizes are as they are, which keeps texture.
    """
    angle = random.uniform(0, 2 * math.pi)
    if random.random() < 0.5:
        angle = round(angle / (math.pi / 2)) * (math.pi / 2)
    as_it_is = random.random() < 0.2
    size = 1.0 if as_it_is else math.exp(random.uniform(-math.log(_LARGER), math.log(_SMALLER)))
    cos, sin = math.cos(angle) * size, math.sin(angle) * size
    turn = np.array([[cos, -sin], [sin, cos]])
    if random.random() < 0.5:
        turn[:, 0] *= -1
    x0, y0, x1, y1 = (int(edge) for edge in frame)
    moved = centre - 0.5 - (x0, y0) + random.uniform(-shift, shift, 2) * min(size, 1.0)
    origin = moved - turn @ np.full(2, (WINDOW - 1) / 2)
    return cv2.warpAffine(
        image[y0:y1, x0:x1],
        np.concatenate([turn, origin[:, None]], axis=1),
        (WINDOW, WINDOW),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )


def make_views(pool: Pool, rows: np.ndarray, ask: Ask, seed: int) -> Views:
    """The views of some rows, in the order of `rows`, which must ascend."""
    random = np.random.default_rng(seed)
    framed = np.flatnonzero((pool.label < 0.5) & pool.annotated)
    mitosis = pool.label[rows] > 0.5
    row = np.repeat(rows, np.where(mitosis, OF_MITOSIS, OF_OTHER))
    pixels = np.empty((len(row), WINDOW, WINDOW, 3), np.uint8)
    for view, r in zip(pixels, row, strict=True):
        shift = _SHIFT_OF_MITOSIS if pool.label[r] > 0.5 else _SHIFT_OF_OTHER
        frame = _frame(pool, r, framed, random)
        view[:] = resample(pool.images[pool.image[r]], frame, pool.centre[r], shift, random)
    altered = np.flatnonzero((pool.label[row] < 0.5) & (random.random(len(row)) < _ALTERED))
    pixels[altered] = make_look_alikes(pixels[altered], random)
    return Views((pixels,), row, ask(pixels))


_work: tuple[Pool, Ask] | None = None  # of a forked process: inherited, never sent


def _begin(pool: Pool, teacher: Callable[[], Ask]) -> None:
    global _work
    _work = pool, teacher()


def _part(job: tuple[np.ndarray, int]) -> Views:
    if _work is None:
        raise RuntimeError("views are made in processes that make_all_views started")
    return make_views(_work[0], job[0], _work[1], job[1])


def make_all_views(
    pool: Pool, teacher: Callable[[], Ask], processes: int, seed: int, log: Callable[[str], None]
) -> Views:
    """The views of every row, the same for any number of processes; each calls `teacher` for its own."""
    parts = np.array_split(np.arange(len(pool.label)), 40)
    done: list[Views] = []
    with multiprocessing.get_context("fork").Pool(processes, _begin, (pool, teacher)) as workers:
        for views in workers.imap(_part, [(rows, seed + i) for i, rows in enumerate(parts)]):
            done.append(views)
            if len(done) % 10 == 0:
                log(f"  views: {len(done)} of {len(parts)} parts")
    return done[0].followed_by(*done[1:])
