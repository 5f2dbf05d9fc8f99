"""Reads the patches: images of one annotated mitosis each, from AMi-Br and AtNorM-MD."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mitosis.data.images import read_rgb
from mitosis.data.other_mitoses import find_other_mitoses
from mitosis.data.sources import ATNORM_MD, source_of

PATCH = 128  # px: height and width of a patch


@dataclass(frozen=True)
class Patches:
    """Holds n patches of about 0.25 microns per pixel, each with its mitosis in the middle.

    images: `uint8` RGB `[n, 128, 128, 3]`.
    bounds: `float32` `[n, 4]`, the part of each image that shows the slide: x0, y0, x1, y1 in px, with x1 and y1
        just outside of it.
    sources: the laboratory and scanner, or the data set, of each patch, `str` `[n]`.
    slides: `str` `[n]`.
    other_mitoses: for each patch, the centers `(x, y)` in px of further annotated mitoses that it shows.
    """

    images: np.ndarray
    bounds: np.ndarray
    sources: np.ndarray
    slides: np.ndarray
    other_mitoses: list[list[tuple[int, int]]]

    def mitoses(self, patch: int) -> np.ndarray:
        """Returns the centers `(x, y)` of all annotated mitoses in one patch, `int` `[k, 2]`; the middle first."""
        return np.array([(PATCH // 2, PATCH // 2), *self.other_mitoses[patch]])


def slide_bounds(image: np.ndarray) -> tuple[int, int, int, int]:
    """Returns the bounds x0, y0, x1, y1 of what is not black: places outside of the slide are stored as black.

    A row or column belongs to the slide where more than 30 % of its pixels have a channel of 8 or more. `image` is
    `uint8` RGB `[height, width, 3]`.
    """
    visible = image.max(axis=2) >= 8
    rows, columns = np.flatnonzero(visible.mean(axis=1) > 0.3), np.flatnonzero(visible.mean(axis=0) > 0.3)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def load_patches(shared: Path, limit: int | None = None) -> Patches:
    """Reads AMi-Br, then AtNorM-MD; with `limit`, about that many patches, spread evenly over the files."""
    root = shared / "patches"
    with (root / "amibr_slides.csv").open() as table:
        slide_of = {row["file"]: row["slide"] for row in csv.DictReader(table)}
    files = sorted((root / "amibr").glob("*.webp")) + sorted((root / "atnorm_md").glob("*.webp"))
    if limit is not None:
        files = files[:: max(1, len(files) // limit)]
    images = np.stack([read_rgb(file) for file in files])
    # AtNorM-MD names no slides: each of its patches counts as a slide of its own.
    slides = np.array([slide_of.get(f.name, f"{ATNORM_MD}_{f.stem}") for f in files])
    is_amibr = np.array([f.name in slide_of for f in files])
    sources = np.array([source_of(s) if known else ATNORM_MD for s, known in zip(slides, is_amibr, strict=True)])
    # Patches that may overlap: those of one slide, and all of AtNorM-MD.
    groups = np.where(is_amibr, slides, ATNORM_MD)
    bounds = np.array([slide_bounds(image) for image in images], np.float32)
    return Patches(images, bounds, sources, slides, find_other_mitoses(images, groups))
