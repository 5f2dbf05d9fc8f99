"""Writes what OpenSlide reads of slides, to compare with.

    python openslide_levels.py OUT SLIDE...

For each slide a line of JSON: `levels` with the size and a file of RGB bytes of each, on white where
OpenSlide says that there is nothing; or `error`.
"""

import json
import sys
from pathlib import Path

import numpy
import openslide


def levels_of(path, out, number):
    levels = []
    with openslide.OpenSlide(path) as slide:
        for level, (width, height) in enumerate(slide.level_dimensions):
            rgba = numpy.asarray(slide.read_region((0, 0), level, (width, height)))
            name = f"{out}/{number}.{level}.rgb"
            numpy.where(rgba[..., 3:] > 0, rgba[..., :3], 255).astype(
                numpy.uint8
            ).tofile(name)
            levels.append({"width": width, "height": height, "pixels": name})
        mpp = slide.properties.get("openslide.mpp-x")
    return {"levels": levels, "mpp": None if mpp is None else float(mpp)}


Path(sys.argv[1]).mkdir(exist_ok=True)
for number, path in enumerate(sys.argv[2:]):
    try:
        answer = levels_of(path, sys.argv[1], number)
    except openslide.OpenSlideError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))
