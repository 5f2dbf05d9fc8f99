"""Writes TIFFs of one drawn picture in every way that tifffile, Pillow, libtiff and ImageMagick know.

    python make_tiffs.py FIELD.png OUT

OUT/manifest.json lists the files. Each has `pixels`, a file with the RGB bytes that an independent
decoder (tifffile with imagecodecs, or Pillow) reads out of it, and `tolerance`, the largest
difference that a lossy codec may make; or `refused`, what the refusal has to say. The fields of the
matrix also have `axes`.

Color conversion follows docs/tiff.md: 16 bits are divided by 257 and rounded, alpha is laid on white.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy
import tifffile
from PIL import Image

FIELD, OUT = Path(sys.argv[1]), Path(sys.argv[2])
WIDTH, HEIGHT = 90, 70
ROWS_PER_STRIP = 16
TILE = (32, 48)

random = numpy.random.default_rng(1)
entries: list[dict] = []


def rounded(values):
    """Rounds halves up, as the reader does."""
    return numpy.floor(values + 0.5).astype(numpy.uint8)


def on_white(color, alpha, largest):
    """Lays color with separate (unassociated) alpha on white; both 0 to largest."""
    opacity = alpha[..., None].astype(float) / largest
    return rounded(255 * (color.astype(float) / largest * opacity + 1 - opacity))


def to_rgb(page, samples=None):
    """RGB bytes of a page that tifffile decodes: the rules of docs/tiff.md, in numpy."""
    data = page.asarray() if samples is None else samples
    if page.planarconfig == 2 and page.samplesperpixel > 1:
        data = numpy.moveaxis(data, 0, -1)
    if page.photometric == 3:
        return (page.colormap[:, data] >> 8).astype(numpy.uint8).transpose(1, 2, 0)
    largest = 2 ** page.bitspersample - 1
    if data.ndim == 2:
        data = data[..., None]
    colors = 1 if page.photometric in (0, 1) else 3
    color = data[..., :colors]
    if page.photometric == 0:
        color = largest - color
    if colors == 1:
        color = numpy.repeat(color, 3, axis=-1)
    extra = page.extrasamples
    if extra and extra[0] == 2:
        return on_white(color, data[..., colors], largest)
    if extra and extra[0] == 1:
        white = 1 - data[..., colors, None].astype(float) / largest
        return rounded(255 * numpy.minimum(1, color.astype(float) / largest + white))
    return rounded(color.astype(float) * 255 / largest)


def record(name, rgb, tolerance=0, **more):
    """Notes what is to be read from OUT/name."""
    rgb = numpy.ascontiguousarray(rgb, dtype=numpy.uint8)
    pixels = hashlib.sha256(rgb.tobytes()).hexdigest()[:16] + ".rgb"
    (OUT / pixels).write_bytes(rgb.tobytes())
    height, width, _ = rgb.shape
    entries.append(
        dict(file=name, pixels=pixels, width=width, height=height, tolerance=tolerance, **more)
    )


def record_page(name, index=0, tolerance=0, **more):
    """Notes that the pixels of a page, as tifffile decodes it, are to be read."""
    with tifffile.TiffFile(OUT / name) as tiff:
        record(name, to_rgb(tiff.pages[index]), tolerance, **more)


def refused(name, *words):
    """Notes that OUT/name is to be refused with these words."""
    entries.append(dict(file=name, refused=list(words)))


def deep(image):
    """The same picture with 16 bits, whose lower bits are noise."""
    low = random.integers(0, 256, image.shape)
    return (image.astype(numpy.uint16) * 256 + low).astype(numpy.uint16)


picture = numpy.asarray(Image.open(FIELD).convert("RGB"))[200:200 + HEIGHT, 300:300 + WIDTH].copy()
gray = numpy.asarray(Image.fromarray(picture).convert("L")).copy()
alpha = numpy.linspace(0, 255, WIDTH).astype(numpy.uint8)[None, :].repeat(HEIGHT, 0)
indexed = Image.fromarray(picture).quantize(256)
palette = numpy.zeros((256, 3), numpy.uint8)
colors = numpy.array(indexed.getpalette(), numpy.uint8).reshape(-1, 3)
palette[: len(colors)] = colors
indices = numpy.asarray(indexed).copy()


def samples_of(kind, depth):
    """Samples and keywords of tifffile for one kind of picture."""
    if kind == "palette":
        if depth == 8:
            return indices, dict(photometric="palette", colormap=palette.T.astype(numpy.uint16) * 257)
        wide = random.integers(0, 65536, (3, 65536)).astype(numpy.uint16)
        return indices.astype(numpy.uint16) * 251, dict(photometric="palette", colormap=wide)
    eight = dict(
        gray=gray, rgb=picture, rgba=numpy.concatenate([picture, alpha[..., None]], axis=-1)
    )[kind]
    photometric = "minisblack" if kind == "gray" else "rgb"
    more = dict(extrasamples=["unassalpha"]) if kind == "rgba" else {}
    return (deep(eight) if depth == 16 else eight), dict(photometric=photometric, **more)


VARIANTS = {
    "plain": {},
    "predictor": dict(predictor=True),
    "planar": dict(planarconfig="separate"),
    "big-endian": dict(byteorder=">"),
    "BigTIFF": dict(bigtiff=True),
    "predictor, big-endian": dict(predictor=True, byteorder=">"),
    "planar, predictor, big-endian, BigTIFF": dict(
        planarconfig="separate", predictor=True, byteorder=">", bigtiff=True
    ),
}
COMPRESSIONS = {
    "none": None,
    "LZW": "lzw",
    "Deflate": "adobe_deflate",
    "PackBits": "packbits",
    "ZSTD": "zstd",
}


def matrix():
    """Every combination of the axes that tifffile writes."""
    for layout in ("strips", "tiles"):
        for compression, codec in COMPRESSIONS.items():
            for depth in (8, 16):
                for kind in ("gray", "rgb", "rgba", "palette"):
                    for variant, options in VARIANTS.items():
                        options = dict(options)
                        if "planarconfig" in options:
                            if kind not in ("rgb", "rgba"):
                                continue
                        samples, keywords = samples_of(kind, depth)
                        if options.get("planarconfig") == "separate":
                            samples = numpy.moveaxis(samples, -1, 0)
                        if layout == "tiles":
                            keywords["tile"] = TILE
                        else:
                            keywords["rowsperstrip"] = ROWS_PER_STRIP
                        name = f"{layout}-{compression}-{depth}-{kind}-{variant}.tif"
                        name = name.replace(", ", "+").lower()
                        byteorder = options.pop("byteorder", "<")
                        bigtiff = options.pop("bigtiff", False)
                        try:
                            with tifffile.TiffWriter(
                                OUT / name, byteorder=byteorder, bigtiff=bigtiff
                            ) as writer:
                                writer.write(
                                    samples, compression=codec, metadata=None, **keywords, **options
                                )
                        except ValueError:
                            (OUT / name).unlink(missing_ok=True)
                            continue
                        record_page(
                            name,
                            axes=dict(
                                layout=layout,
                                compression=compression,
                                depth=f"{depth} bits",
                                kind=kind,
                                variant=variant,
                            ),
                        )


def lossy():
    """JPEG and JPEG 2000, gray and RGB, in strips and tiles."""
    for layout in ("strips", "tiles"):
        where = dict(tile=TILE) if layout == "tiles" else dict(rowsperstrip=ROWS_PER_STRIP)
        for kind, samples in (("gray", gray), ("rgb", picture)):
            photometric = "minisblack" if kind == "gray" else "rgb"
            for variant, options in (
                ("plain", {}),
                ("big-endian", dict(byteorder=">")),
                ("BigTIFF", dict(bigtiff=True)),
            ):
                axes = dict(layout=layout, depth="8 bits", kind=kind, variant=variant)
                name = f"{layout}-jpeg-{kind}-{variant.lower()}.tif"
                tifffile.imwrite(
                    OUT / name, samples, photometric=photometric, compression="jpeg",
                    compressionargs=dict(level=90), metadata=None, **where, **options,
                )
                record_page(name, tolerance=2, axes=dict(axes, compression="JPEG"))
                name = f"{layout}-jpeg2000-{kind}-{variant.lower()}.tif"
                tifffile.imwrite(
                    OUT / name, samples, photometric=photometric, compression="jpeg2000",
                    metadata=None, **where, **options,
                )
                record_page(name, tolerance=2, axes=dict(axes, compression="JPEG 2000"))


OUT.mkdir(parents=True, exist_ok=True)
matrix()
lossy()
(OUT / "manifest.json").write_text(json.dumps(entries))
