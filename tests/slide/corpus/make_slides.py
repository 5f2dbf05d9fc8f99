"""Writes small whole slides of one drawn picture, in every format and coding that is read or refused.

    python make_slides.py OUT

OUT/manifest.json lists them: `location` (a file or folder), and either `levels`, each with a file of RGB
bytes that tifffile or the drawing itself gives and the mean difference that its codec may make; or
`refused`, the code of the problem and words that its message has to have.
"""

import io
import json
import struct
import sys
from pathlib import Path

import imagecodecs
import numpy
import tifffile
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence
from pydicom.uid import (
    JPEG2000,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    generate_uid,
)

OUT = Path(sys.argv[1])
WIDTH, HEIGHT, TILE = 700, 500, 128
WHITE = 255
APERIO = f"Aperio Image Library v12.0.0 \r\n{WIDTH}x{HEIGHT} [0,0 {WIDTH}x{HEIGHT}] ({TILE}x{TILE})"
SCALED = f"{APERIO}|AppMag = 40|MPP = 0.25"
LABEL = f"Aperio Image Library v12.0.0 \r\nlabel {TILE}x{TILE}"

entries: list[dict] = []


def draw():
    """Pink tissue with violet nuclei and white glass, smooth enough for lossy codecs."""
    random = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    tissue = 0.5 + 0.5 * numpy.sin(x / 37) * numpy.cos(y / 29)
    nuclei = numpy.zeros_like(x)
    for _ in range(150):
        cx, cy, radius = (
            random.uniform(0, WIDTH),
            random.uniform(0, HEIGHT),
            random.uniform(4, 9),
        )
        nuclei += numpy.exp(-((((x - cx) ** 2 + (y - cy) ** 2) / radius**2) ** 2))
    nuclei = numpy.clip(nuclei, 0, 1)
    glass = numpy.clip((x - 560) / 40, 0, 1)
    color = numpy.stack(
        [
            235 - 25 * tissue - 120 * nuclei,
            190 - 60 * tissue - 110 * nuclei,
            215 - 30 * tissue - 70 * nuclei,
        ],
        axis=-1,
    )
    color = color * (1 - glass[..., None]) + 243 * glass[..., None]
    return numpy.clip(color + random.normal(0, 2, color.shape), 0, 255).astype(
        numpy.uint8
    )


def reduced(picture, factor):
    height, width = picture.shape[:2]
    size = (width // factor, height // factor)
    return numpy.asarray(Image.fromarray(picture).resize(size, Image.BOX))


PICTURE = draw()
LEVELS = [PICTURE, reduced(PICTURE, 2), reduced(PICTURE, 4)]


def tiles(picture, side=TILE):
    """Tiles row by row; those at the border are filled up with white."""
    height, width = picture.shape[:2]
    for top in range(0, height, side):
        for left in range(0, width, side):
            tile = numpy.full((side, side, 3), WHITE, numpy.uint8)
            part = picture[top : top + side, left : left + side]
            tile[: part.shape[0], : part.shape[1]] = part
            yield tile


def add(location, levels, tolerance, mpp, format):
    """Lists a slide; `levels` are the pixels that are to be read out of it."""
    listed = []
    for number, pixels in enumerate(levels):
        name = f"{location}.{number}.rgb"
        pixels.tofile(OUT / name)
        listed.append(
            {"width": pixels.shape[1], "height": pixels.shape[0], "pixels": name}
        )
    entries.append(
        {
            "location": location,
            "levels": listed,
            "tolerance": tolerance,
            "mpp": mpp,
            "format": format,
        }
    )


def refuse(location, code, *words):
    entries.append(
        {"location": location, "refused": {"code": code, "words": list(words)}}
    )


def to_ycbcr(picture):
    return numpy.asarray(Image.fromarray(picture).convert("YCbCr"))


# TIFF


def jpeg_tables(tile):
    """Parts a JPEG into its tables and the rest, as TIFF Technical Note 2 has it."""
    tables, rest, at = b"", b"", 2
    while tile[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", tile[at + 2 : at + 4])[0]
        marker = tile[at + 1]
        if marker in (0xDB, 0xC4):
            tables += tile[at:end]
        elif not 0xE0 <= marker <= 0xEF:
            rest += tile[at:end]
        at = end
    return b"\xff\xd8" + tables + b"\xff\xd9", b"\xff\xd8" + rest + tile[at:]


def jpeg(picture, colorspace="RGB", subsampling="420"):
    if colorspace == "RGB":
        return imagecodecs.jpeg8_encode(
            picture, level=90, colorspace="RGB", outcolorspace="RGB"
        )
    return imagecodecs.jpeg8_encode(picture, level=90, subsampling=subsampling)


def write_level(writer, picture, kind, **more):
    common = {"tile": (TILE, TILE), "metadata": None, **more}
    if kind in ("jpeg-rgb", "jpeg-ycbcr"):
        colorspace = "RGB" if kind == "jpeg-rgb" else "YCBCR"
        parted = [jpeg_tables(jpeg(tile, colorspace)) for tile in tiles(picture)]
        # Without the color space tifffile declares YCbCr.
        as_rgb = {
            "photometric": 2,
            "compressionargs": {"colorspace": "rgb", "outcolorspace": "rgb"},
        }
        photometric = (
            as_rgb if kind == "jpeg-rgb" else {"photometric": 6, "subsampling": (2, 2)}
        )
        writer.write(
            iter([rest for _, rest in parted]),
            shape=picture.shape,
            dtype="uint8",
            compression=7,
            extratags=[(347, 7, len(parted[0][0]), parted[0][0], True)],
            **photometric,
            **common,
        )
    elif kind == "jpeg-whole":
        writer.write(
            iter([jpeg(tile, "YCBCR") for tile in tiles(picture)]),
            shape=picture.shape,
            dtype="uint8",
            compression=7,
            photometric=6,
            subsampling=(2, 2),
            **common,
        )
    elif kind in ("33003", "33005"):
        ycbcr = kind == "33003"
        code = [
            imagecodecs.jpeg2k_encode(
                to_ycbcr(tile) if ycbcr else tile,
                level=45,
                codecformat="j2k",
                mct=not ycbcr,
            )
            for tile in tiles(picture)
        ]
        writer.write(
            iter(code),
            shape=picture.shape,
            dtype="uint8",
            compression=int(kind),
            photometric=2,
            **common,
        )
    else:
        compression = None if kind == "none" else kind
        writer.write(
            picture,
            photometric="rgb",
            compression=compression,
            predictor=kind in ("lzw", "deflate"),
            **common,
        )


def strips(writer, picture, description, subfile):
    writer.write(
        picture,
        rowsperstrip=16,
        photometric="rgb",
        compression="lzw",
        metadata=None,
        description=description,
        subfiletype=subfile,
    )


def pages_as_read(path, places):
    """The pixels of pages as tifffile reads them."""
    with tifffile.TiffFile(path) as file:
        return [
            numpy.ascontiguousarray(file.pages[place].asarray()) for place in places
        ]


def write_svs(kind):
    """In Aperio's order of pages: slide, thumbnail, smaller levels, label, macro."""
    path = OUT / f"{kind}.svs"
    with tifffile.TiffWriter(path) as writer:
        write_level(writer, LEVELS[0], kind, description=SCALED)
        strips(writer, reduced(PICTURE, 3), f"{SCALED}\r\n -> thumbnail", 0)
        for level in LEVELS[1:]:
            write_level(writer, level, kind, description=f"{APERIO} -> smaller")
        strips(writer, numpy.full((TILE, TILE, 3), 200, numpy.uint8), LABEL, 1)
        strips(
            writer,
            numpy.full((100, 300, 3), 220, numpy.uint8),
            LABEL.replace("label", "macro"),
            9,
        )
    names = {
        "33003": "JPEG 2000",
        "33005": "JPEG 2000",
        "lzw": "LZW",
        "deflate": "Deflate",
        "zstd": "ZSTD",
        "none": "uncompressed",
    }
    # tifffile leaves 33003 in YCbCr; the drawing is compared instead.
    levels = LEVELS if kind == "33003" else pages_as_read(path, [0, 2, 3])
    tolerance = (
        3 if kind == "33003" else 1 if kind == "33005" else 0.5 if "jpeg" in kind else 0
    )
    add(path.name, levels, tolerance, 0.25, f"Aperio SVS, {names.get(kind, 'JPEG')}")


def write_pyramid(name, kind, **options):
    path = OUT / name
    with tifffile.TiffWriter(path, **options) as writer:
        for number, level in enumerate(LEVELS):
            write_level(
                writer,
                level,
                kind,
                subfiletype=int(number > 0),
                resolution=(1e4 / 0.5, 1e4 / 0.5),
                resolutionunit="CENTIMETER",
            )
    add(
        name,
        pages_as_read(path, [0, 1, 2]),
        0 if kind == "lzw" else 0.5,
        0.5,
        "TIFF, LZW" if kind == "lzw" else "TIFF, JPEG",
    )


def write_ome(name, big):
    """Levels in SubIFDs, and a label as a further image."""
    path = OUT / name
    with tifffile.TiffWriter(path, ome=True, bigtiff=big) as writer:
        options = {"tile": (TILE, TILE), "photometric": "rgb", "compression": "deflate"}
        writer.write(
            LEVELS[0],
            subifds=2,
            **options,
            metadata={
                "axes": "YXS",
                "PhysicalSizeX": 0.25,
                "PhysicalSizeXUnit": "µm",
                "PhysicalSizeY": 0.25,
                "PhysicalSizeYUnit": "µm",
            },
        )
        for level in LEVELS[1:]:
            writer.write(level, subfiletype=1, **options)
        writer.write(
            numpy.full((TILE, TILE, 3), 200, numpy.uint8),
            metadata={"axes": "YXS", "Name": "label"},
            **options,
        )
    add(name, LEVELS, 0, 0.25, "OME-TIFF, Deflate")


def lost_end_of_tile(kind):
    """A copy in which the second half of a tile is zeros, as after a download that broke off."""
    data = bytearray((OUT / f"{kind}.svs").read_bytes())
    with tifffile.TiffFile(OUT / f"{kind}.svs") as file:
        page = file.pages[0]
        start, length = page.dataoffsets[7], page.databytecounts[7]
    data[start + length // 2 : start + length] = bytes(length - length // 2)
    (OUT / f"lost-{kind}.svs").write_bytes(data)
    refuse(
        f"lost-{kind}.svs", "image_truncated", "Tile 7 of level 0, at pixel 128, 128"
    )


def write_refused_tiffs():
    def page(name, code, words, picture=PICTURE, **more):
        with tifffile.TiffWriter(OUT / name) as writer:
            writer.write(picture, photometric="rgb", metadata=None, **more)
        refuse(name, code, *words)

    tiled = {"tile": (TILE, TILE)}
    convert = "vips tiffsave"
    unsupported = "image_unsupported"
    page(
        "strips.tif",
        unsupported,
        ["700 x 500 pixels in strips", convert],
        rowsperstrip=16,
    )
    page(
        "scn.tif",
        unsupported,
        ["Leica SCN", convert],
        description='<?xml version="1.0"?><scn xmlns="x">',
        **tiled,
    )
    page(
        "bif.tif",
        unsupported,
        ["Ventana BIF", convert],
        description="level=0 mag=40 quality=95",
        **tiled,
    )
    page(
        "philips.tif",
        unsupported,
        ["Philips", convert],
        software="Philips DP v1.0",
        **tiled,
    )
    page(
        "trestle.tif",
        unsupported,
        ["Trestle", convert],
        software="MedScan 1.0",
        **tiled,
    )
    page(
        "ndpi.tif",
        unsupported,
        ["Hamamatsu NDPI", convert],
        rowsperstrip=500,
        extratags=[(65420, 4, 1, 1, True)],
    )
    page("webp.tif", unsupported, ["WebP"], compression="webp", **tiled)
    for name, start in {
        "a.czi": b"ZISRAWFILE",
        "a.svslide": b"SQLite format 3\0",
        "a.vms": b"[Virtual Microscope Specimen]",
        "Slidedat.ini": b"[GENERAL]",
        "a.mrxs": b"\xff\xd8\xff\xe0",
    }.items():
        (OUT / name).write_bytes(start + bytes(500))
        refuse(name, unsupported, "The slide is a", convert)
    (OUT / "a.png").write_bytes(imagecodecs.png_encode(PICTURE))
    refuse("a.png", unsupported, "a PNG", "Aperio SVS")
    (OUT / "empty.svs").write_bytes(b"")
    refuse("empty.svs", "image_empty", "0 bytes")
    for kind in ("jpeg-ycbcr", "33005"):
        lost_end_of_tile(kind)
    whole = (OUT / "lzw.svs").read_bytes()
    (OUT / "cut.svs").write_bytes(whole[: len(whole) // 2])
    refuse("cut.svs", "image_truncated", "send the whole file")


# DICOM


def tile_code(tile, coding):
    if coding == "jpeg":
        return imagecodecs.jpeg8_encode(tile, level=90, subsampling="420")
    if coding == "jpeg-rgb":
        return jpeg(tile, "RGB")
    return imagecodecs.jpeg2k_encode(
        tile, level=0, codecformat="j2k", mct=True, reversible=True
    )


SYNTAX = {
    "jpeg": JPEGBaseline8Bit,
    "jpeg-rgb": JPEGBaseline8Bit,
    "j2k": JPEG2000,
    "native": ExplicitVRLittleEndian,
    "planar": ExplicitVRLittleEndian,
    "gray": ExplicitVRLittleEndian,
    "jls": JPEGLSLossless,
}
PHOTOMETRIC = {"jpeg": "YBR_FULL_422", "j2k": "YBR_RCT", "gray": "MONOCHROME2"}


def frame_at(x, y):
    """Returns the group of a sparse frame whose upper left pixel is at `x`, `y` of the level."""
    position, group = Dataset(), Dataset()
    position.ColumnPositionInTotalImagePixelMatrix = x + 1
    position.RowPositionInTotalImagePixelMatrix = y + 1
    group.PlanePositionSlideSequence = Sequence([position])
    return group


def dicom_file(
    path,
    picture,
    mpp,
    series,
    *,
    coding="jpeg",
    table="basic",
    sparse=False,
    flavor="VOLUME",
    frames=None,
    keep=None,
    fragments=1,
    **more,
):
    """Writes one file of a slide. `keep` says which tiles are there, `frames` which ones are in this file."""
    height, width = picture.shape[:2]
    across = -(-width // TILE)
    numbered = [
        (i, tile) for i, tile in enumerate(tiles(picture)) if keep is None or keep(i)
    ]
    if frames is not None:
        numbered = numbered[frames]
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = SYNTAX[coding]
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = (
        "1.2.840.10008.5.1.4.1.1.77.1.6"
    )
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.ImageType = ["DERIVED", "PRIMARY", flavor, "NONE"]
    data.StudyInstanceUID, data.SeriesInstanceUID, data.Modality = (
        "1.2.3.4",
        series,
        "SM",
    )
    data.FrameOfReferenceUID = "1.2.3.5"
    data.PatientName, data.PatientID = "SECRET^PATIENT", "SECRET"
    data.DimensionOrganizationType = "TILED_SPARSE" if sparse else "TILED_FULL"
    data.TotalPixelMatrixColumns, data.TotalPixelMatrixRows = width, height
    data.TotalPixelMatrixFocalPlanes, data.NumberOfOpticalPaths = 1, 1
    data.Rows, data.Columns, data.NumberOfFrames = TILE, TILE, len(numbered)
    data.SamplesPerPixel = 1 if coding == "gray" else 3
    data.PhotometricInterpretation = PHOTOMETRIC.get(coding, "RGB")
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = (
        8,
        8,
        7,
        0,
    )
    if data.SamplesPerPixel == 3:
        data.PlanarConfiguration = int(coding == "planar")
    measures, shared = Dataset(), Dataset()
    measures.PixelSpacing = [mpp / 1000, mpp / 1000]
    shared.PixelMeasuresSequence = Sequence([measures])
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    if sparse:
        data.PerFrameFunctionalGroupsSequence = Sequence(
            frame_at(number % across * TILE, number // across * TILE)
            for number, _ in numbered
        )
    for name, value in more.items():
        setattr(data, name, value)
    if coding in ("native", "planar", "gray"):
        parts = [
            tile[..., 1]
            if coding == "gray"
            else tile.transpose(2, 0, 1)
            if coding == "planar"
            else tile
            for _, tile in numbered
        ]
        data.PixelData = b"".join(
            numpy.ascontiguousarray(part).tobytes() for part in parts
        )
        data["PixelData"].VR = "OB"
    else:
        code = [tile_code(tile, coding) for _, tile in numbered]
        if table == "extended":
            (
                data.PixelData,
                data.ExtendedOffsetTable,
                data.ExtendedOffsetTableLengths,
            ) = encapsulate_extended(code)
        else:
            data.PixelData = encapsulate(
                code, has_bot=table == "basic", fragments_per_frame=fragments
            )
        data["PixelData"].VR = "OB"
    data.save_as(path, enforce_file_format=True)


def dicom_slide(name, coding, *, tolerance, format, **more):
    """A folder with a file for each level, a label and an overview."""
    folder, series = OUT / name, generate_uid()
    folder.mkdir()
    for number, level in enumerate(LEVELS):
        dicom_file(
            folder / f"{number}.dcm",
            level,
            0.25 * 2**number,
            series,
            coding=coding,
            **more,
        )
    for flavor in ("LABEL", "OVERVIEW", "THUMBNAIL"):
        dicom_file(
            folder / f"{flavor}.dcm", reduced(PICTURE, 5), 1.25, series, flavor=flavor
        )
    (folder / "DICOMDIR.txt").write_text("no DICOM")
    levels = LEVELS
    if coding == "gray":
        levels = [numpy.repeat(level[..., 1:2], 3, axis=-1) for level in LEVELS]
    elif coding.startswith("jpeg"):
        levels = [decoded(level, coding) for level in LEVELS]
    keep = more.get("keep")
    if keep is not None:
        levels = [with_holes(level, keep) for level in levels]
    add(name, levels, tolerance, 0.25, format)


def assembled(picture, parts):
    """Puts tiles together and cuts off what is beyond the border."""
    height, width = picture.shape[:2]
    across = -(-width // TILE)
    whole = numpy.zeros((-(-height // TILE) * TILE, across * TILE, 3), numpy.uint8)
    for i, part in enumerate(parts):
        top, left = i // across * TILE, i % across * TILE
        whole[top : top + TILE, left : left + TILE] = part
    return numpy.ascontiguousarray(whole[:height, :width])


def decoded(picture, coding):
    """The pixels that Pillow or libjpeg-turbo decodes out of the tiles."""
    if coding == "jpeg-rgb":
        decode = lambda code: imagecodecs.jpeg8_decode(
            code, colorspace="RGB", outcolorspace="RGB"
        )
    else:
        decode = lambda code: numpy.asarray(Image.open(io.BytesIO(code)).convert("RGB"))
    return assembled(
        picture, [decode(tile_code(tile, coding)) for tile in tiles(picture)]
    )


def with_holes(picture, keep):
    parts = [
        tile if keep(i) else numpy.full_like(tile, WHITE)
        for i, tile in enumerate(tiles(picture))
    ]
    return assembled(picture, parts)


def write_dicom():
    dicom_slide("dicom-jpeg", "jpeg", tolerance=0.5, format="DICOM, JPEG")
    dicom_slide(
        "dicom-jpeg-rgb",
        "jpeg-rgb",
        table="extended",
        tolerance=0.5,
        format="DICOM, JPEG",
    )
    dicom_slide(
        "dicom-j2k", "j2k", table="none", tolerance=0, format="DICOM, JPEG 2000"
    )
    dicom_slide(
        "dicom-fragments", "j2k", fragments=3, tolerance=0, format="DICOM, JPEG 2000"
    )
    dicom_slide(
        "dicom-fragments-without-table",
        "j2k",
        table="none",
        fragments=3,
        tolerance=0,
        format="DICOM, JPEG 2000",
    )
    dicom_slide("dicom-native", "native", tolerance=0, format="DICOM, uncompressed")
    dicom_slide("dicom-planar", "planar", tolerance=0, format="DICOM, uncompressed")
    dicom_slide("dicom-gray", "gray", tolerance=0, format="DICOM, uncompressed")
    dicom_slide(
        "dicom-sparse",
        "j2k",
        sparse=True,
        keep=lambda i: i % 3 != 1,
        tolerance=0,
        format="DICOM, JPEG 2000",
    )
    folder, series = OUT / "dicom-concatenation", generate_uid()
    folder.mkdir()
    for name, part in {"b": slice(0, 10), "a": slice(10, 24)}.items():
        dicom_file(
            folder / f"{name}.dcm",
            PICTURE,
            0.25,
            series,
            coding="native",
            frames=part,
            ConcatenationFrameOffsetNumber=part.start,
            ConcatenationUID="1.2.9",
        )
    add("dicom-concatenation", [PICTURE], 0, 0.25, "DICOM, uncompressed")
    # The name of one file of a slide stands for all of them.
    entries.append(
        {
            **next(e for e in entries if e["location"] == "dicom-native"),
            "location": "dicom-native/1.dcm",
        }
    )

    # A damaged file of another slide in the same folder does not disturb, if a file is named.
    other, folder = (OUT / "dicom-native" / "0.dcm").read_bytes(), OUT / "dicom-beside"
    folder.mkdir()
    series = generate_uid()
    dicom_file(folder / "0.dcm", PICTURE, 0.25, series, coding="native")
    (folder / "1.dcm").write_bytes(other[: other.index(b"\x48\x00\x06\x00")])
    refuse("dicom-beside", "image_truncated", "1.dcm")
    add("dicom-beside/0.dcm", [PICTURE], 0, 0.25, "DICOM, uncompressed")
    # A damaged file that does not say of which slide it is may belong to the one that is named.
    folder = OUT / "dicom-beside-unknown"
    folder.mkdir()
    dicom_file(folder / "0.dcm", PICTURE, 0.25, series, coding="native")
    (folder / "1.dcm").write_bytes(other[:400])
    refuse("dicom-beside-unknown/0.dcm", "image_truncated", "1.dcm")

    def refused(name, code, words, **more):
        folder = OUT / name
        folder.mkdir()
        dicom_file(
            folder / "0.dcm",
            PICTURE,
            0.25,
            generate_uid(),
            **{"coding": "native", **more},
        )
        refuse(name, code, *words)

    refused("dicom-label", "image_unsupported", ["only: label"], flavor="LABEL")
    refused(
        "dicom-focal-planes",
        "image_unsupported",
        ["3 focal planes"],
        TotalPixelMatrixFocalPlanes=3,
    )
    refused(
        "dicom-paths", "image_unsupported", ["2 optical paths"], NumberOfOpticalPaths=2
    )
    refused(
        "dicom-16-bits",
        "image_unsupported",
        ["12 of 16 bits"],
        BitsAllocated=16,
        BitsStored=12,
    )
    refused(
        "dicom-palette",
        "image_unsupported",
        ["PALETTE COLOR"],
        PhotometricInterpretation="PALETTE COLOR",
    )
    refused(
        "dicom-missing-tiles",
        "image_truncated",
        ["Tile 20 of level 0", "20 of 24"],
        frames=slice(0, 20),
    )
    refused(
        "dicom-cut-data",
        "image_corrupt",
        ["24 frames"],
        frames=slice(0, 20),
        NumberOfFrames=24,
    )
    refused(
        "dicom-off-grid",
        "image_corrupt",
        ["does not say where it is"],
        DimensionOrganizationType="TILED_SPARSE",
        PerFrameFunctionalGroupsSequence=Sequence([Dataset() for _ in range(24)]),
    )
    # The column beyond the last one is not the first column of the next row.
    outside = -(-PICTURE.shape[1] // TILE) * TILE
    for name, x, y in (("right", outside, 0), ("below", 0, 99 * TILE)):
        refused(
            f"dicom-frame-{name}",
            "image_corrupt",
            [f"a frame at {x}, {y}, outside of its"],
            frames=slice(0, 1),
            DimensionOrganizationType="TILED_SPARSE",
            PerFrameFunctionalGroupsSequence=Sequence([frame_at(x, y)]),
        )
    folder = OUT / "dicom-jls"
    folder.mkdir()
    data = (OUT / "dicom-j2k" / "0.dcm").read_bytes()
    (folder / "0.dcm").write_bytes(
        data.replace(b"1.2.840.10008.1.2.4.91", b"1.2.840.10008.1.2.4.80")
    )
    refuse("dicom-jls", "image_unsupported", "JPEG-LS")
    (OUT / "dicom-two").mkdir()
    for i in range(2):
        dicom_file(
            OUT / "dicom-two" / f"{i}.dcm",
            PICTURE,
            0.25,
            generate_uid(),
            coding="native",
        )
    refuse("dicom-two", "image_unsupported", "2 slides")
    (OUT / "dicom-twice").mkdir()
    series = generate_uid()
    for i in range(2):
        dicom_file(
            OUT / "dicom-twice" / f"{i}.dcm", PICTURE, 0.25, series, coding="native"
        )
    refuse("dicom-twice", "image_unsupported", "several images")
    for name, share in {"dicom-cut-header": 0.001, "dicom-cut-frames": 0.6}.items():
        (OUT / name).mkdir()
        (OUT / name / "0.dcm").write_bytes(data[: int(len(data) * share)])
        refuse(name, "image_truncated", "send the whole file")
    (OUT / "dicom-none").mkdir()
    refuse("dicom-none", "image_unsupported", "no DICOM whole-slide image")
    refuse("no-such-file.svs", "file_unreadable", "there is no such file")


OUT.mkdir(exist_ok=True)
for kind in (
    "jpeg-rgb",
    "jpeg-ycbcr",
    "jpeg-whole",
    "33003",
    "33005",
    "lzw",
    "deflate",
    "zstd",
    "none",
):
    write_svs(kind)
write_pyramid("pyramid.tif", "lzw")
write_pyramid("pyramid-big.tif", "jpeg-ycbcr", bigtiff=True)
write_pyramid("pyramid-big-endian.tif", "lzw", byteorder=">")
write_ome("slide.ome.tif", False)
write_ome("slide-big.ome.tif", True)
write_refused_tiffs()
write_dicom()
(OUT / "manifest.json").write_text(json.dumps(entries, indent=1))
