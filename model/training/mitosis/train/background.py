"""Runs work in a second process, because one training alone does not fill two cores."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

_Result = TypeVar("_Result")

# What the forked process runs: it inherits this, because sending gigabytes would take long.
_work: Callable[[], object] | None = None


def _run() -> object:
    if _work is None:
        raise RuntimeError("only the process that in_background starts can run this")
    return _work()


@contextmanager
def in_background(work: Callable[[], _Result]) -> Iterator["Future[_Result]"]:
    """Runs `work` in a forked process and yields its future; waits for the end of `work` on leaving.

    The process shares the memory of this one, and only the result of `work` is sent back.
    """
    global _work
    _work = work
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as executor:
        yield executor.submit(_run)
