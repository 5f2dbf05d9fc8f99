"""The images to learn from: patches around one mitosis each, and fields without annotation.

Everything is held as `uint8` RGB. A mitosis patch is 128 x 128 px with the mitosis in the middle,
about 0.25 microns per pixel. A `frame` is the part of an image that shows glass: x0, y0, x1, y1.
"""

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

PATCH = 128
WINDOW = 64
# Laboratory and scanner of a slide, by its number (MIDOG 2021 and TUPAC16 data descriptions).
_MIDOG = ((50, "MIDOG21 Hamamatsu XR"), (100, "MIDOG21 Hamamatsu S360"), (150, "MIDOG21 Aperio CS2"))
_TUPAC = ((23, "TUPAC16 Utrecht"), (48, "TUPAC16 centre B"), (73, "TUPAC16 centre C"))
# What leave-one-source-out leaves out together: one laboratory (or data set) and its slides.
FOLDS: dict[str, tuple[str, ...]] = {
    "MIDOG21": tuple(name for _, name in _MIDOG),
    "TUPAC16 Utrecht": ("TUPAC16 Utrecht",),
    "TUPAC16 other centres": ("TUPAC16 centre B", "TUPAC16 centre C"),
    "AtNorM-MD": ("AtNorM-MD",),
}


@dataclass(frozen=True)
class Patches:
    """`images` `[n, 128, 128, 3]`; `others[i]` lists further mitoses `(x, y)` seen in patch i."""

    images: np.ndarray
    frames: np.ndarray
    sources: np.ndarray
    slides: np.ndarray
    others: list[list[tuple[int, int]]]


@dataclass(frozen=True)
class Field:
    """A microscope field `[height, width, 3]` and the centres `(x, y)` of its mitoses, if known."""

    name: str
    image: np.ndarray
    mitoses: np.ndarray


def read_rgb(file: Path) -> np.ndarray:
    """`uint8` `[height, width, 3]`. Raises `OSError` for what Pillow cannot read."""
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def checksum(files: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _source(slide: str) -> str:
    data_set, number = slide.split("_")
    table = _MIDOG if data_set == "MIDOG21" else _TUPAC
    return next(name for last, name in table if int(number) <= last)


def _frame(image: np.ndarray) -> tuple[int, int, int, int]:
    """Where a patch is not the black that stands for "outside the slide"."""
    seen = image.max(axis=2) >= 8
    rows, columns = np.flatnonzero(seen.mean(axis=1) > 0.3), np.flatnonzero(seen.mean(axis=0) > 0.3)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _hash_blocks(images: np.ndarray, size: int = 8) -> np.ndarray:
    """A polynomial hash (modulo 2**64) of each `size` x `size` block, by its upper left corner."""
    pixels = images.astype(np.uint64) @ np.array([1, 257, 66049], np.uint64)
    for axis, factor in ((1, 6364136223846793005), (2, 1442695040888963407)):
        length, weight = pixels.shape[axis] - size + 1, 1
        total = np.zeros_like(np.take(pixels, range(length), axis=axis))
        for offset in range(size):
            total += np.take(pixels, range(offset, offset + length), axis=axis) * np.uint64(weight)
            weight = weight * factor % 2**64
        pixels = total
    return pixels


def find_others(images: np.ndarray, groups: np.ndarray) -> list[list[tuple[int, int]]]:
    """Other annotated mitoses that show in a patch: their own centre's pixels recur in it."""
    others: list[list[tuple[int, int]]] = [[] for _ in images]
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        blocks = _hash_blocks(images[members])
        centres = blocks[:, 60, 60]
        for i, y, x in np.argwhere(np.isin(blocks, centres)):
            if blocks[i, y, x] != centres[i]:
                others[members[i]].append((int(x) + 4, int(y) + 4))
    return others


def load_patches(shared: Path, limit: int | None = None) -> Patches:
    """AMi-Br and AtNorM-MD; with `limit`, an even selection of about that many patches."""
    root = shared / "patches"
    with (root / "amibr_slides.csv").open() as table:
        slide_of = {row["file"]: row["slide"] for row in csv.DictReader(table)}
    files = sorted((root / "amibr").glob("*.webp")) + sorted((root / "atnorm_md").glob("*.webp"))
    if limit is not None:
        files = files[:: max(1, len(files) // limit)]
    images = np.stack([read_rgb(file) for file in files])
    # AtNorM-MD names no slide: each patch stands alone there.
    slides = np.array([slide_of.get(f.name, f"AtNorM-MD_{f.stem}") for f in files])
    known = np.array([f.name in slide_of for f in files])
    sources = np.array([_source(s) if k else "AtNorM-MD" for s, k in zip(slides, known, strict=True)])
    groups = np.where(known, slides, "AtNorM-MD")
    frames = np.array([_frame(image) for image in images], np.float32)
    return Patches(images, frames, sources, slides, find_others(images, groups))


def load_fields(folder: Path) -> list[Field]:
    """Fields of a folder, in the order of their names, with `annotations.json` where there is one."""
    annotations = folder / "annotations.json"
    rows = json.loads(annotations.read_text()) if annotations.exists() else []
    mitoses = {row["file"]: [(m["x"], m["y"]) for m in row["mitoses"]] for row in rows}
    files = sorted(f for f in folder.iterdir() if f.suffix in {".png", ".jpg"})
    return [Field(f.stem, read_rgb(f), np.array(mitoses.get(f.name, []), float).reshape(-1, 2)) for f in files]
