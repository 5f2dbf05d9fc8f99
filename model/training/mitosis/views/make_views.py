"""Makes the views of all rows of the pool, in several processes."""

import multiprocessing
from collections.abc import Callable

import numpy as np

from mitosis.data.pool import Pool
from mitosis.data.windows import WINDOW, Scorer
from mitosis.views.geometry import borrow_bounds, cut_view
from mitosis.views.look_alikes import make_look_alikes
from mitosis.views.views import Views, choose_look_alikes, plan_views

_MAX_SHIFT_OF_MITOSIS, _MAX_SHIFT_OF_NEGATIVE = 5.0, 8.0  # px
_PARTS = 40  # each with its own seed, so that the number of processes does not matter


def make_views(pool: Pool, rows: np.ndarray, ibm_logits: Scorer, seed: int) -> Views:
    """Makes the views of some rows, which must ascend, and scores each with IBM's network."""
    random = np.random.default_rng(seed)
    negatives = np.flatnonzero((pool.label < 0.5) & pool.annotated)
    row = plan_views(rows, pool.label[rows])
    pixels = np.empty((len(row), WINDOW, WINDOW, 3), np.uint8)
    for view, r in zip(pixels, row, strict=True):
        max_shift = _MAX_SHIFT_OF_MITOSIS if pool.label[r] > 0.5 else _MAX_SHIFT_OF_NEGATIVE
        bounds = borrow_bounds(pool, r, negatives, random)
        view[:] = cut_view(pool.images[pool.image_index[r]], bounds, pool.center[r], max_shift, random)
    look_alikes = choose_look_alikes(pool.label[row], random)
    pixels[look_alikes] = make_look_alikes(pixels[look_alikes], random)
    return Views((pixels,), row, ibm_logits(pixels))


# What a forked process works on: it inherits this, because sending gigabytes would take long.
_work: tuple[Pool, Scorer] | None = None


def _start_worker(pool: Pool, load_ibm: Callable[[], Scorer]) -> None:
    global _work
    _work = pool, load_ibm()


def _make_part(job: tuple[np.ndarray, int]) -> Views:
    if _work is None:
        raise RuntimeError("only the processes that make_all_views starts can make a part of the views")
    rows, seed = job
    pool, ibm_logits = _work
    return make_views(pool, rows, ibm_logits, seed)


def make_all_views(
    pool: Pool, load_ibm: Callable[[], Scorer], processes: int, seed: int, log: Callable[[str], None]
) -> Views:
    """Makes the views of every row; the same for any number of processes.

    Each process calls `load_ibm` for a scorer of its own.
    """
    parts = np.array_split(np.arange(len(pool.label)), _PARTS)
    done: list[Views] = []
    with multiprocessing.get_context("fork").Pool(processes, _start_worker, (pool, load_ibm)) as workers:
        for views in workers.imap(_make_part, [(rows, seed + i) for i, rows in enumerate(parts)]):
            done.append(views)
            if len(done) % 10 == 0:
                log(f"  views: {len(done)} of {len(parts)} parts")
    return done[0].extended_with(*done[1:])
