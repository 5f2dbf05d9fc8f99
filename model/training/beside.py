"""Work in a second process while the first goes on: one training alone does not fill two cores."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

_Result = TypeVar("_Result")

_work: Callable[[], object] | None = None  # of a forked process: inherited, never sent


def _run() -> object:
    if _work is None:
        raise RuntimeError("only a process that `beside` started can run this")
    return _work()


@contextmanager
def beside(work: Callable[[], _Result]) -> Iterator["Future[_Result]"]:
    """Run `work` in a forked process, which shares what this one has in memory; only its result is sent."""
    global _work
    _work = work
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as second:
        yield second.submit(_run)
