"""Builds small data sets for the tests; no test reads files of the real data."""

from collections.abc import Callable

import numpy as np
import pytest

from mitosis.data.patches import PATCH, Patches
from mitosis.data.pool import Pool


@pytest.fixture(scope="session")
def make_pool() -> Callable[..., Pool]:
    """Returns a function that builds a pool of one 128 x 128 px image for each slide.

    Image i has its mitosis in the middle (row i) and, as row n + i, a negative at (100, 90).
    """

    def make(slides: list[str], sources: list[str], seed: int = 0) -> Pool:
        count = len(slides)
        images = np.random.default_rng(seed).integers(60, 256, (count, PATCH, PATCH, 3), np.uint8)
        index = np.tile(np.arange(count), 2)
        center = np.repeat([(64, 64), (100, 90)], count, axis=0)
        return Pool(
            images=list(images),
            bounds=np.tile(np.float32([0, 0, PATCH, PATCH]), (count, 1)),
            image_index=index,
            center=center.astype(np.float32),
            label=np.repeat(np.float32([1, 0]), count),
            source=np.array(sources)[index],
            slide=np.array(slides)[index],
            ibm_logit=np.zeros(2 * count, np.float32),
        )

    return make


@pytest.fixture(scope="session")
def make_patches() -> Callable[..., Patches]:
    """Returns a function that builds the patches of a pool of `make_pool`, without further mitoses."""

    def make(pool: Pool, others: dict[int, list[tuple[int, int]]] | None = None) -> Patches:
        count = len(pool.images)
        listed = [(others or {}).get(i, []) for i in range(count)]
        return Patches(np.stack(pool.images), pool.bounds, pool.source[:count], pool.slide[:count], listed)

    return make
