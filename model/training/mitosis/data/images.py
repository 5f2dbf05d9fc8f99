"""Reads image files, and computes checksums of data sets."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image


def read_rgb(file: Path) -> np.ndarray:
    """Returns the image as `uint8` RGB `[height, width, 3]`.

    Raises `OSError` for files that Pillow cannot read.
    """
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def checksum(files: Iterable[Path]) -> str:
    """Returns the SHA-256 over the names and contents of files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
