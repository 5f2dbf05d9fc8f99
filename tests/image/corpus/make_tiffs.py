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
import struct
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



def save(name, samples, expected=None, tolerance=0, **keywords):
    """Writes one page by tifffile; `expected` is what is to be read, if not the page by itself."""
    keywords.setdefault("metadata", None)
    tifffile.imwrite(OUT / name, samples, **keywords)
    if expected is None:
        record_page(name, tolerance=tolerance)
    else:
        record(name, expected, tolerance)


def run(*command):
    """Runs a program; returns whether it is there and succeeded."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True).returncode == 0


def kinds_of_samples():
    """Depths, formats, color spaces and alpha beyond the matrix."""
    gray_rgb = numpy.repeat(gray[..., None], 3, -1)
    save("white-is-zero-8.tif", gray, photometric="miniswhite")
    save("white-is-zero-16.tif", deep(gray), photometric="miniswhite")
    for extra in ("assocalpha", "unassalpha", "unspecified"):
        for depth in (8, 16):
            rgba, _ = samples_of("rgba", depth)
            if extra == "assocalpha":
                largest = 2**depth - 1
                part = rgba[..., 3:].astype(float) / largest
                rgba = numpy.concatenate([rgba[..., :3] * part, rgba[..., 3:]], -1).astype(rgba.dtype)
            save(f"{extra}-{depth}.tif", rgba, photometric="rgb", extrasamples=[extra])
    five = numpy.concatenate([picture, gray[..., None], alpha[..., None]], -1)
    for order in (("unspecified", "unassalpha"), ("unassalpha", "unspecified")):
        place = 3 + order.index("unassalpha")
        expected = on_white(picture, five[..., place], 255)
        save(f"rgb-{'-'.join(order)}.tif", five, expected, photometric="rgb", extrasamples=order)
    gray_alpha = numpy.stack([gray, alpha], -1)
    save("gray-alpha.tif", gray_alpha, photometric="minisblack", planarconfig="contig",
         extrasamples=["unassalpha"])
    save("white-is-zero-alpha.tif", gray_alpha, gray_rgb, photometric="miniswhite",
         planarconfig="contig", extrasamples=["unassalpha"])
    refused_last("opacity")
    Image.fromarray(numpy.concatenate([picture, alpha[..., None]], -1)).convert("PA").save(
        OUT / "pillow-palette-alpha.tif")
    refused("pillow-palette-alpha.tif", "opacity")
    for bits in (10, 12, 14):
        wide = (deep(picture) >> (16 - bits)).astype(numpy.uint16)
        expected = rounded(wide.astype(float) * 255 / (2**bits - 1))
        # Little-endian alone: tifffile 2026.3.3 swaps the bytes of packed samples, and reads them so.
        save(f"{bits}-bits.tif", wide, expected, photometric="rgb", bitspersample=bits,
             byteorder="<", rowsperstrip=ROWS_PER_STRIP)
    for bits in (2, 4):
        few = (gray >> (8 - bits)).astype(numpy.uint8)
        expected = numpy.repeat(rounded(few.astype(float) * 255 / (2**bits - 1))[..., None], 3, -1)
        save(f"{bits}-bits.tif", few, expected, photometric="minisblack", bitspersample=bits)
    signed = (gray.astype(int) * 257 - 32768).astype(numpy.int16)
    ranged = lambda low, high, kind: [(340, kind, 1, low, True), (341, kind, 1, high, True)]
    save("signed.tif", signed, photometric="minisblack")
    refused_last("signed samples of 16 bits")
    save("signed-range.tif", signed, gray_rgb, photometric="minisblack",
         extratags=ranged(-32768, 32767, 8))
    for dtype in (numpy.float16, numpy.float32, numpy.float64):
        bits = numpy.dtype(dtype).itemsize * 8
        real = (picture / 255).astype(dtype)
        save(f"float-{bits}.tif", real, picture, photometric="rgb")
        refused_last(f"floating-point samples of {bits} bits")
        for byteorder in "<>":
            for predictor in (None, 3):
                keywords = {} if predictor is None else dict(compression="zlib", predictor=3)
                name = f"float-{bits}-range-{ord(byteorder)}-{predictor or 1}.tif"
                save(name, real, picture, tolerance=0, photometric="rgb", byteorder=byteorder,
                     extratags=ranged(0.0, 1.0, 11), **keywords)
    save("32-bits.tif", gray.astype(numpy.uint32) * 16843009, gray_rgb, photometric="minisblack")
    refused_last("unsigned samples of 32 bits")
    save("complex.tif", gray.astype(numpy.complex64), gray_rgb, photometric="minisblack")
    refused_last("complex numbers")
    cmyk = numpy.concatenate([255 - picture, gray[..., None] * 0], -1)
    save("cmyk.tif", cmyk, picture, photometric="separated")
    refused_last("CMYK")
    save("lab.tif", picture, picture, photometric="cielab")
    refused_last("CIELab")
    save("cfa.tif", gray, gray_rgb, photometric="cfa")
    refused_last("CFA")
    save("channels-in-one-page.tif", numpy.moveaxis(picture, -1, 0), picture,
         photometric="minisblack", planarconfig="separate")
    refused_last("3 samples per pixel")
    Image.fromarray(picture).quantize(16).save(OUT / "palette-4-bits.tif")
    record_page("palette-4-bits.tif")
    old = palette.T.astype(numpy.uint16)
    save("palette-of-8-bits.tif", indices, palette[indices], photometric="palette", colormap=old)


def refused_last(*words):
    """The file noted last is to be refused after all."""
    refused(entries.pop()["file"], *words)


def codecs():
    """Compressions beyond the matrix, read or refused by their names."""
    tiles = dict(photometric="rgb", tile=TILE)
    for number, name in ((33003, "aperio-ycbcr"), (33005, "aperio-rgb")):
        if number == 33003:
            full = imagecodecs_ycbcr(picture)
            save(f"{name}.tif", full, picture, 3, compression="jpeg2000", tile=TILE,
                 photometric="rgb", compressionargs=dict(mct=False, reversible=True))
        else:
            save(f"{name}.tif", picture, picture, 0, compression="jpeg2000", **tiles)
        patch_tag(name + ".tif", 259, number)
    save("jpeg2000-16.tif", deep(picture), compression="jpeg2000", **tiles)
    save("jpeg2000-16-big-endian.tif", deep(gray), compression="jpeg2000", photometric="minisblack",
         byteorder=">", rowsperstrip=ROWS_PER_STRIP)
    save("jpeg-12.tif", (deep(gray) >> 4), photometric="minisblack", compression="jpeg",
         bitspersample=12, expected=numpy.repeat(gray[..., None], 3, -1))
    refused_last("12 bits")
    rgba, keywords = samples_of("rgba", 8)
    for codec, words in (
        ("lzma", "LZMA compression (34925)"), ("webp", "WebP compression (50001)"),
        ("jpegxl", "JPEG XL compression (50002)"), ("png", "PNG compression (34933)"),
        ("lerc", "LERC compression (34887)"), ("jpegxr", "JPEG XR compression (34934)"),
    ):
        save(f"{codec}.tif", picture, picture, photometric="rgb", compression=codec)
        refused_last(words)
    for number, words in ((6, "old-style JPEG compression (6)"), (33007, "(33007)"), (999, "999")):
        save(f"compression-{number}.tif", picture, photometric="rgb")
        patch_tag(f"compression-{number}.tif", 259, number)
        refused_last(words)
    for name, mode, words in (("one-bit-pillow", None, "has 1 bit a sample"),
                              ("one-bit-group4", "group4", "CCITT Group 4 compression (4)")):
        Image.fromarray(gray).convert("1").save(OUT / f"{name}.tif", compression=mode)
        refused(f"{name}.tif", words)
    save("one-bit-tifffile.tif", gray > 128, picture, photometric="minisblack")
    refused_last("has 1 bit a sample")
    for level in (70, 95):
        name = f"pillow-jpeg-{level}.tif"
        Image.fromarray(picture).save(OUT / name, compression="jpeg", quality=level)
        record(name, numpy.asarray(Image.open(OUT / name).convert("RGB")), 2)


def imagecodecs_ycbcr(rgb):
    """Full-range YCbCr of ITU-R BT.601, as in JPEG."""
    red, green, blue = numpy.moveaxis(rgb.astype(float), -1, 0)
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    planes = [y, (blue - y) / 1.772 + 128, (red - y) / 1.402 + 128]
    return numpy.clip(numpy.stack([rounded(numpy.clip(p, 0, 255)) for p in planes], -1), 0, 255)


def patch_tag(name, tag, value, index=0):
    """Overwrites the value of a tag of one page."""
    with tifffile.TiffFile(OUT / name, mode="r+") as tiff:
        tiff.pages[index].tags[tag].overwrite(value)


def patch_entry(name, tag, fields, index=0):
    """Overwrites bytes of a tag's entry: (offset within it, struct format, value)."""
    with tifffile.TiffFile(OUT / name) as tiff:
        at = tiff.pages[index].tags[tag].offset
        order = tiff.byteorder
    data = bytearray((OUT / name).read_bytes())
    for offset, format_, value in fields:
        struct.pack_into(order + format_, data, at + offset, value)
    (OUT / name).write_bytes(data)


def other_programs():
    """The same picture as libtiff's tools and ImageMagick write it."""
    source = OUT / "source.tif"
    tifffile.imwrite(source, picture, photometric="rgb", metadata=None)
    deep_source = OUT / "source-16.tif"
    tifffile.imwrite(deep_source, deep(picture), photometric="rgb", metadata=None)
    for path in (source, deep_source):
        record_page(path.name)
    for depth, path in ((8, source), (16, deep_source)):
        for codec in ("none", "lzw", "lzw:2", "zip", "zip:2", "packbits", "zstd", "zstd:2"):
            for layout, options in (
                ("tiles", ["-t", "-w", "64", "-l", "32"]), ("strips", ["-s", "-r", "9"]),
            ):
                for more in ([], ["-B"], ["-8"], ["-p", "separate"], ["-f", "lsb2msb"]):
                    # libtiff's tiles of separate planes of 16 bits with a predictor are right too.
                    name = f"libtiff-{depth}-{codec}-{layout}{''.join(more)}.tif".replace(":", "")
                    if run("tiffcp", *more, "-c", codec, *options, str(path), str(OUT / name)):
                        record_page(name)
        for codec in ("None", "LZW", "Zip", "RLE"):
            for name, options in (
                ("tiles", ["-define", "tiff:tile-geometry=64x64"]),
                ("strips", ["-define", "tiff:rows-per-strip=7"]),
                ("planes", ["-interlace", "Plane"]),
                ("msb", ["-endian", "MSB"]),
                ("lsb-bits", ["-define", "tiff:fill-order=lsb"]),
            ):
                name = f"magick-{depth}-{codec}-{name}.tif".lower()
                if run("convert", str(path), "-compress", codec, *options, str(OUT / name)):
                    record_page(name)
    for codec in ("jpeg:90", "jpeg:r:90"):
        for layout, options in (
            ("tiles", ["-t", "-w", "64", "-l", "32"]), ("strips", ["-s", "-r", "16"]),
        ):
            name = f"libtiff-{codec}-{layout}.tif".replace(":", "-")
            if run("tiffcp", "-c", codec, *options, str(source), str(OUT / name)):
                record(name, numpy.asarray(Image.open(OUT / name).convert("RGB")), 2)
    for kind, options in (
        ("palette", ["-type", "Palette"]), ("gray", ["-colorspace", "Gray"]),
        ("jpeg", ["-compress", "JPEG", "-quality", "90"]),
        ("few-colors", ["-colors", "12", "-type", "Palette"]),
    ):
        name = f"magick-{kind}.tif"
        if run("convert", str(source), *options, str(OUT / name)):
            if kind == "jpeg":
                record(name, numpy.asarray(Image.open(OUT / name).convert("RGB")), 2)
            else:
                record_page(name)
    for orientation in range(1, 9):
        name = f"orientation-{orientation}.tif"
        save(name, picture, photometric="rgb", extratags=[(274, 3, 1, orientation, True)])
    for orientation, word in ((3, "bottom-right"), (6, "right-top"), (8, "left-bottom")):
        name = f"magick-orientation-{orientation}.tif"
        if run("convert", str(source), "-orient", word, str(OUT / name)):
            record(name, picture)
        image = Image.fromarray(picture)
        image.save(OUT / f"pillow-orientation-{orientation}.tif", tiffinfo={274: orientation})
        record(f"pillow-orientation-{orientation}.tif", picture)
    bilevel = ["-type", "Bilevel", "-depth", "1"]
    if run("convert", str(source), *bilevel, str(OUT / "magick-one-bit.tif")):
        refused("magick-one-bit.tif", "has 1 bit a sample")
    if run("convert", str(source), "-colorspace", "CMYK", str(OUT / "magick-cmyk.tif")):
        refused("magick-cmyk.tif", "CMYK")
    noise = random.integers(0, 256, (300, 300, 3)).astype(numpy.uint8)
    save("lzw-full-tifffile.tif", noise, photometric="rgb", compression="lzw", rowsperstrip=300)
    save("lzw-full-tiles.tif", noise, photometric="rgb", compression="lzw", tile=(256, 256))
    if run("tiffcp", "-c", "lzw", "-s", "-r", "300", str(OUT / "lzw-full-tifffile.tif"),
           str(OUT / "lzw-full-libtiff.tif")):
        record("lzw-full-libtiff.tif", noise)


def pages():
    """Which page is the picture, and channels in pages of their own."""
    small = picture[::4, ::4].copy()
    planes = numpy.moveaxis(picture, -1, 0).copy()
    rgb = dict(photometric="rgb", metadata=None)
    gray_page = dict(photometric="minisblack")

    def several(name, *written, **options):
        with tifffile.TiffWriter(OUT / name, **options) as writer:
            for samples, keywords in written:
                writer.write(samples, **{**rgb, **keywords})

    several("preview-first.tif", (small, dict(subfiletype=1)), (picture, {}))
    several("preview-first-unmarked.tif", (small, {}), (picture, {}))
    several("preview-last.tif", (picture, {}), (small, dict(subfiletype=1)))
    several("preview-old-tag.tif", (small, dict(extratags=[(255, 3, 1, 2, True)])),
            (picture, dict(extratags=[(255, 3, 1, 1, True)])))
    several("preview-larger-marked.tif", (numpy.repeat(picture, 2, 0), dict(subfiletype=1)),
            (picture, {}))
    several("only-page-marked-reduced.tif", (picture, dict(subfiletype=1)))
    several("dng-like.tif", (small, dict(subfiletype=1, subifds=1)), (picture, dict(subfiletype=0)))
    several("pyramid.ome-like.tif", (picture, dict(subifds=2, tile=(32, 32))),
            (picture[::2, ::2].copy(), dict(subfiletype=1, tile=(32, 32))),
            (small, dict(subfiletype=1, tile=(32, 32))))
    several("pyramid-bigtiff.tif", (picture, dict(subifds=1, tile=(32, 32))),
            (small, dict(subfiletype=1, tile=(32, 32))), bigtiff=True)
    label = numpy.repeat(numpy.repeat(picture, 2, 0), 2, 1)
    aperio = "Aperio Image Library v11\r\n90x70 |AppMag = 20|MPP = 0.4990"
    several("slide.tif", (picture, dict(description=aperio, tile=(32, 32))), (small, {}),
            (label, dict(subfiletype=1, description="Aperio Image Library v11\r\nlabel 180x140")),
            (label, dict(subfiletype=9, description="Aperio Image Library v11\r\nmacro 180x140")))
    for name in ("preview-first.tif", "preview-first-unmarked.tif", "preview-last.tif",
                 "preview-old-tag.tif", "preview-larger-marked.tif", "only-page-marked-reduced.tif",
                 "dng-like.tif", "pyramid.ome-like.tif", "pyramid-bigtiff.tif"):
        record(name, picture)
    record("slide.tif", picture, mpp=0.499)
    several("mask.tif", (picture, {}), (gray, dict(subfiletype=1, photometric="minisblack")))
    patch_tag("mask.tif", 254, 4, index=1)
    record("mask.tif", picture)
    pillow = Image.fromarray(picture)
    pillow.save(OUT / "pillow-two-sizes.tif", save_all=True,
                append_images=[Image.fromarray(small)])
    record("pillow-two-sizes.tif", picture)
    if run("convert", str(OUT / "preview-last.tif"), "-reverse", str(OUT / "magick-preview.tif")):
        record("magick-preview.tif", picture)

    several("stack.tif", *[(picture, {})] * 4)
    refused("stack.tif", "4 pages of 90 x 70")
    pillow.save(OUT / "pillow-stack.tif", save_all=True, append_images=[pillow])
    refused("pillow-stack.tif", "2 pages of 90 x 70")
    tifffile.imwrite(OUT / "shaped-stack.tif", planes, **gray_page)
    refused("shaped-stack.tif", "3 pages of 90 x 70")
    tifffile.imwrite(OUT / "shaped-truncated.tif", numpy.stack([gray] * 5), truncate=True, **gray_page)
    refused("shaped-truncated.tif", "5 pages of 90 x 70")

    imagej = dict(imagej=True, **gray_page)
    tifffile.imwrite(OUT / "imagej-composite.tif", planes, metadata=dict(axes="CYX", mode="composite"),
                     **imagej)
    record("imagej-composite.tif", picture)
    tifffile.imwrite(OUT / "imagej-composite-16.tif", deep(planes),
                     metadata=dict(axes="CYX", mode="composite"), byteorder="<", **imagej)
    refused("imagej-composite-16.tif", "channels of 16 bits")
    ramp = numpy.arange(256, dtype=numpy.uint8)
    tables = []
    for c in range(3):
        table = numpy.zeros((3, 256), numpy.uint8)
        table[c] = ramp
        tables.append(table)
    tifffile.imwrite(OUT / "imagej-tables.tif", planes,
                     metadata=dict(axes="CYX", mode="composite", LUTs=tables), **imagej)
    record("imagej-tables.tif", picture)
    tifffile.imwrite(OUT / "imagej-other-tables.tif", planes,
                     metadata=dict(axes="CYX", mode="composite", LUTs=tables[::-1]), **imagej)
    refused("imagej-other-tables.tif", "3 channels")
    tifffile.imwrite(OUT / "imagej-one-page.tif", planes, truncate=True,
                     metadata=dict(axes="CYX", mode="composite"), **imagej)
    with tifffile.TiffFile(OUT / "imagej-one-page.tif") as tiff:
        assert len(tiff.pages) == 1
    record("imagej-one-page.tif", picture)
    tifffile.imwrite(OUT / "imagej-two-channels.tif", planes[:2],
                     metadata=dict(axes="CYX", mode="composite"), **imagej)
    refused("imagej-two-channels.tif", "2 channels")
    tifffile.imwrite(OUT / "imagej-gray-mode.tif", planes,
                     metadata=dict(axes="CYX", mode="grayscale"), **imagej)
    refused("imagej-gray-mode.tif", "3 channels")
    tifffile.imwrite(OUT / "imagej-slices.tif", planes, metadata=dict(axes="ZYX"), **imagej)
    refused("imagej-slices.tif", "3 pages")
    tifffile.imwrite(OUT / "imagej-rgb.tif", picture, imagej=True, photometric="rgb",
                     resolution=(4.0, 4.0), metadata=dict(unit="um"))
    record("imagej-rgb.tif", picture, mpp=0.25)
    tifffile.imwrite(OUT / "imagej-rgb-stack.tif", numpy.stack([picture] * 2), imagej=True,
                     photometric="rgb", metadata=dict(axes="ZYXS"))
    refused("imagej-rgb-stack.tif", "2 pages")

    def ome(name, samples, axes, **keywords):
        more = keywords.pop("metadata", {})
        tifffile.imwrite(OUT / name, samples, ome=True, metadata=dict(axes=axes, **more), **keywords)

    ome("ome-channels.tif", planes, "CYX", **gray_page)
    record("ome-channels.tif", picture)
    ome("ome-channels-tiled.tif", planes, "CYX", tile=(32, 32), compression="lzw", bigtiff=True,
        **gray_page)
    record("ome-channels-tiled.tif", picture)
    ome("ome-named.tif", planes, "CYX", metadata=dict(Channel=dict(Name=["Red", "Green", "Blue"])),
        **gray_page)
    record("ome-named.tif", picture)
    ome("ome-fluorescence.tif", planes, "CYX",
        metadata=dict(Channel=dict(Name=["DAPI", "FITC", "TRITC"])), **gray_page)
    refused("ome-fluorescence.tif", "3 channels")
    ome("ome-four.tif", numpy.concatenate([planes, gray[None]]), "CYX", **gray_page)
    refused("ome-four.tif", "4 channels")
    ome("ome-z.tif", planes, "ZYX", **gray_page)
    refused("ome-z.tif", "3 pages")
    ome("ome-rgb.tif", picture, "YXS", photometric="rgb", tile=(32, 32),
        metadata=dict(PhysicalSizeX=0.25, PhysicalSizeXUnit="\u00b5m", PhysicalSizeY=0.25,
                      PhysicalSizeYUnit="\u00b5m"))
    record("ome-rgb.tif", picture, mpp=0.25)
    ome("ome-rgb-stack.tif", numpy.stack([picture] * 3), "ZYXS", photometric="rgb")
    refused("ome-rgb-stack.tif", "3 pages")


def scales():
    """Resolutions; None is what must not be taken for a microscope's."""
    def scaled(name, mpp, **keywords):
        save(name, picture, picture, photometric="rgb", **keywords)
        entries[-1]["mpp"] = mpp

    scaled("inch-50800.tif", 0.5, resolution=(50800, 50800), resolutionunit="INCH")
    scaled("cm-40000.tif", 0.25, resolution=(40000, 40000), resolutionunit="CENTIMETER")
    for dpi in (1, 72, 96, 150, 300, 600, 1200, 2400):
        scaled(f"dpi-{dpi}.tif", None, resolution=(dpi, dpi), resolutionunit="INCH")
    scaled("no-unit.tif", None, resolution=(4, 4), resolutionunit="NONE")
    scaled("not-square.tif", None, resolution=(40000, 36000), resolutionunit="CENTIMETER")
    scaled("nearly-square.tif", 1e4 / 39900 / 2 + 0.125, resolution=(40000, 39900),
           resolutionunit="CENTIMETER")
    for i, (unit, per_unit) in enumerate((("micron", 2), ("\\u00B5m", 2), ("um", 2), ("mm", 2000),
                                          ("cm", 20000), ("nm", 0.002), ("inch", 50800))):
        text = f"ImageJ=1.53t\nunit={unit}\n"
        scaled(f"imagej-unit-{i}.tif", 0.5, resolution=(per_unit, per_unit), resolutionunit="NONE",
               description=text)
    scaled("imagej-pixels.tif", None, resolution=(1, 1), resolutionunit="NONE",
           description="ImageJ=1.53t\n")
    scaled("imagej-inch-tag.tif", None, resolution=(50800, 50800), resolutionunit="INCH",
           description="ImageJ=1.53t\nunit=pixel\n")
    for unit, size in (("nm", 250), ("mm", 0.00025), ("\u00b5m", 0.25)):
        xml = (f'<?xml version="1.0" encoding="UTF-8"?><OME xmlns="x"><Image><Pixels SizeX="{WIDTH}" '
               f'SizeY="{HEIGHT}" SizeC="3" SizeZ="1" SizeT="1" PhysicalSizeX="{size}" '
               f'PhysicalSizeXUnit="{unit}" PhysicalSizeY="{size}" PhysicalSizeYUnit="{unit}">'
               '<Channel SamplesPerPixel="3"/><TiffData/></Pixels></Image></OME>')
        scaled(f"ome-unit-{ord(unit[0])}.tif", 0.25, description=xml.encode("utf-8"))
    scaled("ome-default-unit.tif", 0.25, description=xml.replace(
        f'PhysicalSizeXUnit="{unit}"', "").replace(f'PhysicalSizeYUnit="{unit}"', ""))


def broken_tags():
    """Tags that have no bearing on pixels, and are broken."""
    rgb = dict(photometric="rgb", rowsperstrip=ROWS_PER_STRIP)
    for tag in (330, 34665, 34853, 40965, 37500, 700, 33723, 34377, 60000):
        for value in (0, 1, 8, 5000, 0xFFFFFFF0):
            name = f"broken-{tag}-{value}.tif"
            tifffile.imwrite(OUT / name, picture, metadata=None,
                             extratags=[(60000, 4, 1, value, True)], **rgb)
            patch_entry(name, 60000, [(0, "H", tag)])
            record(name, picture)
    for tag, type_, count in ((34665, 99, 1), (34853, 0, 7), (60000, 18, 0xFFFFFFFF),
                              (60001, 2, 0xFFFFFFFF), (270, 2, 0xFFFFFFF0), (306, 5, 0x7FFFFFFF)):
        name = f"broken-type-{tag}.tif"
        tifffile.imwrite(OUT / name, picture, metadata=None, extratags=[(60000, 4, 1, 77, True)], **rgb)
        patch_entry(name, 60000, [(0, "H", tag), (2, "H", type_), (4, "I", count),
                                  (8, "I", 0xFFFFFF00)])
        record(name, picture)
    for name, target in (("next-beyond", 0xFFFFFFF0), ("next-itself", None), ("next-text", 8)):
        path = OUT / f"{name}.tif"
        tifffile.imwrite(path, picture, metadata=None, **rgb)
        data = bytearray(path.read_bytes())
        start = struct.unpack_from("<I", data, 4)[0]
        count = struct.unpack_from("<H", data, start)[0]
        struct.pack_into("<I", data, start + 2 + 12 * count, start if target is None else target)
        path.write_bytes(data)
        record(path.name, picture)


OUT.mkdir(parents=True, exist_ok=True)
matrix()
lossy()
kinds_of_samples()
codecs()
other_programs()
pages()
scales()
broken_tags()
(OUT / "manifest.json").write_text(json.dumps(entries))
