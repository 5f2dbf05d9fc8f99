"""Reads whole microscope fields, with their annotated mitoses where there are any."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mitosis.data.images import read_rgb


@dataclass(frozen=True)
class Field:
    """Holds one field: `uint8` RGB `[height, width, 3]`, and the centers `(x, y)` of its mitoses, `float` `[k, 2]`.

    `mitoses` is empty for a field without annotations.
    """

    name: str
    image: np.ndarray
    mitoses: np.ndarray


def load_fields(folder: Path) -> list[Field]:
    """Reads the fields of a folder, in the order of their names, and `annotations.json` if it is there."""
    annotations = folder / "annotations.json"
    rows = json.loads(annotations.read_text()) if annotations.exists() else []
    mitoses = {row["file"]: [(m["x"], m["y"]) for m in row["mitoses"]] for row in rows}
    files = sorted(f for f in folder.iterdir() if f.suffix in {".png", ".jpg"})
    return [Field(f.stem, read_rgb(f), np.array(mitoses.get(f.name, []), float).reshape(-1, 2)) for f in files]
