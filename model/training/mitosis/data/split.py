"""Decides which slides train the network and which are validation slides.

Validation slides only calibrate the network, set its threshold and are reported on. They are chosen by a hash of the
slide's name, so that every run and every training without a source has the same ones.
"""

import hashlib

import numpy as np

from mitosis.data.pool import Pool

# Percent of the slides. With 20 or fewer, IBM's network makes no error on the validation slides of some source, so
# that there is nothing to compare with.
_VALIDATION_PERCENT = 22


def is_validation(slides: np.ndarray) -> np.ndarray:
    """Returns whether each slide, given by its name, is a validation slide, `bool` `[n]`.

    The first four bytes of the SHA-256 of the name, read as a big-endian number, decide: modulo 100, below 22.
    """
    names, inverse = np.unique(slides, return_inverse=True)
    hashes = [int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") for name in names]
    return np.array([value % 100 < _VALIDATION_PERCENT for value in hashes])[inverse]


def trainable_rows(pool: Pool, left_out: tuple[str, ...] = ()) -> np.ndarray:
    """Returns the rows to train on: all but those of validation slides and of the sources `left_out`.

    Unannotated fields train whatever the hash of their name, unless their source is left out.
    """
    hidden = (is_validation(pool.slide) & pool.annotated) | np.isin(pool.source, left_out)
    return np.flatnonzero(~hidden)


def trainable_patches(pool: Pool, patch_count: int, left_out: tuple[str, ...] = ()) -> np.ndarray:
    """Returns the indices of the patches to train on: row i of the pool is the mitosis of patch i."""
    rows = trainable_rows(pool, left_out)
    return rows[rows < patch_count]
