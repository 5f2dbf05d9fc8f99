"""Writes PNGs and JPEGs with Pillow, libjpeg-turbo's programs and ImageMagick, sound and unsound.

    python make_png_jpeg.py FOLDER

`expected.json` in the folder lists them: a file that has to be read has its pixels, as the program
decodes them that it names, beside it (`.rgb`: 8-bit RGB, rows from top to bottom); one that has to be
refused has the code of the refusal. Programs that are not installed are passed over.
"""

import io
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import zlib

import numpy as np
from PIL import Image

FOLDER = pathlib.Path(sys.argv[1])
RANDOM = np.random.default_rng(20181123)
expected = []


def picture(width=83, height=61):
    """A picture with soft shapes and some noise, so that every filter and code is used."""
    y, x = np.mgrid[0:height, 0:width]
    red = 200 + 40 * np.sin(x / 9) - 60 * ((x - 40) ** 2 + (y - 30) ** 2 < 150)
    green = 150 + 50 * np.cos(y / 7)
    blue = 190 + 30 * np.sin((x + y) / 11)
    noise = RANDOM.normal(0, 4, (height, width, 3))
    return np.clip(np.dstack([red, green, blue]) + noise, 0, 255).astype(np.uint8)


def on_white(bytes_):
    """The pixels as Pillow decodes them, transparent ones on white."""
    image = Image.open(io.BytesIO(bytes_)).convert("RGBA")
    rgba = np.asarray(image).astype(float)
    alpha = rgba[..., 3:] / 255
    return np.round(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def read(name, bytes_, pixels, by, off_by=0):
    """A file that has to be read, with the pixels that another program gives."""
    (FOLDER / name).write_bytes(bytes_)
    (FOLDER / f"{name}.rgb").write_bytes(pixels.tobytes())
    height, width = pixels.shape[:2]
    expected.append({"file": name, "width": width, "height": height, "by": by, "offBy": off_by})


def refused(name, bytes_, code):
    """A file that has to be refused."""
    (FOLDER / name).write_bytes(bytes_)
    expected.append({"file": name, "code": code})


def run(*command, stdin=b""):
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout


# ---- PNG ----

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data=b""):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def chunks_of(png):
    chunks, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunks.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += length + 12
    return chunks


def png_of(chunks):
    return SIGNATURE + b"".join(chunk(*each) for each in chunks)


def saved(image, **options):
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def with_before_pixels(png, *extra):
    chunks = chunks_of(png)
    at = next(i for i, (kind, _) in enumerate(chunks) if kind == b"IDAT")
    return png_of([*chunks[:at], *extra, *chunks[at:]])


def with_pixel_data(png, change):
    """The PNG with its zlib stream changed; `change` gives the data of each IDAT chunk."""
    chunks = chunks_of(png)
    stream = b"".join(data for kind, data in chunks if kind == b"IDAT")
    others = [each for each in chunks if each[0] not in (b"IDAT", b"IEND")]
    return png_of([*others, *[(b"IDAT", data) for data in change(stream)], (b"IEND", b"")])


def surplus(extra):
    return lambda stream: [zlib.compress(zlib.decompress(stream) + extra)]


def make_pngs():
    rgb = Image.fromarray(picture())
    alpha = Image.fromarray(RANDOM.integers(0, 256, (61, 83), dtype=np.uint8))
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    gray = rgb.convert("L")
    gray_alpha = Image.merge("LA", (gray, alpha))
    palette = rgb.quantize(23)
    modes = {
        "rgb": rgb,
        "rgba": rgba,
        "gray": gray,
        "gray-alpha": gray_alpha,
        "palette": palette,
        "one-bit": rgb.convert("1"),
    }
    plain = {name: saved(image) for name, image in modes.items()}
    plain["palette-transparent"] = saved(palette, transparency=bytes(range(0, 230, 10)))
    plain["rgb-transparent"] = saved(rgb, transparency=rgb.getpixel((5, 5)))
    plain["gray-transparent"] = saved(gray, transparency=gray.getpixel((5, 5)))
    for name, png in plain.items():
        read(f"{name}.png", png, on_white(png), "Pillow", 1)

    def same(name, png, of):
        read(name, png, on_white(plain[of]), "Pillow", 1)

    same("rgba-trns.png", with_before_pixels(plain["rgba"], (b"tRNS", bytes(6))), "rgba")
    same("gray-alpha-trns.png", with_before_pixels(plain["gray-alpha"], (b"tRNS", b"\0\5")), "gray-alpha")
    same("rgba-empty-trns.png", with_before_pixels(plain["rgba"], (b"tRNS", b"")), "rgba")
    same("rgb-long-trns.png", with_before_pixels(plain["rgb"], (b"tRNS", bytes(7))), "rgb")
    same("gray-short-trns.png", with_before_pixels(plain["gray"], (b"tRNS", b"\1")), "gray")
    same("palette-long-trns.png", with_before_pixels(plain["palette"], (b"tRNS", b"\xff" * 99)), "palette")
    same("bad-splt.png", with_before_pixels(plain["rgb"], (b"sPLT", b"name\0\x10abc")), "rgb")
    same("bad-phys.png", with_before_pixels(plain["rgb"], (b"pHYs", b"x")), "rgb")
    same("bad-plte.png", with_before_pixels(plain["rgb"], (b"PLTE", b"abcd")), "rgb")
    for name in ("rgb", "palette", "one-bit"):
        same(f"{name}-one-byte-more.png", with_pixel_data(plain[name], surplus(b"\0")), name)
    same("three-rows-more.png", with_pixel_data(plain["rgb"], surplus(bytes(3 * 250))), "rgb")
    same("a-megabyte-more.png", with_pixel_data(plain["rgb"], surplus(bytes(10**6))), "rgb")
    same("behind-stream.png", with_pixel_data(plain["rgb"], lambda z: [z + b"surplus"]), "rgb")
    same("idat-more.png", with_pixel_data(plain["rgb"], lambda z: [z, b"surplus"]), "rgb")
    same("idats-of-100.png", with_pixel_data(plain["rgb"], lambda z: [z[i : i + 100] for i in range(0, len(z), 100)]), "rgb")
    same("empty-idats.png", with_pixel_data(plain["rgb"], lambda z: [b"", z[:9], b"", z[9:], b""]), "rgb")
    same("bytes-behind-end.png", plain["rgb"] + b"surplus", "rgb")

    refused("cgbi.png", png_of([(b"CgBI", b"\x50\0\x20\6"), *chunks_of(plain["rgba"])]), "image_unsupported")
    refused("cut.png", plain["rgb"][:3000], "image_truncated")
    refused("no-end.png", plain["rgb"][:-12], "image_truncated")
    refused("no-adler.png", with_pixel_data(plain["rgb"], lambda z: [z[:-4]]), "image_truncated")
    refused("wrong-adler.png", with_pixel_data(plain["rgb"], lambda z: [z[:-4] + b"abcd"]), "image_corrupt")
    refused("stream-cut.png", with_pixel_data(plain["rgb"], lambda z: [z[:2000]]), "image_truncated")
    refused("rows-missing.png", with_pixel_data(plain["rgb"], lambda z: [zlib.compress(zlib.decompress(z)[:-1])]), "image_truncated")
    flipped = bytearray(plain["rgb"])
    flipped[2000] ^= 8
    refused("flipped-bit.png", bytes(flipped), "image_corrupt")

    if shutil.which("convert"):
        for kind in ("PNG8", "PNG24", "PNG32", "PNG48", "PNG64"):
            for interlace in ("None", "PNG"):
                png = run("convert", "png:-", "-interlace", interlace, "-strip", f"{kind}:-", stdin=plain["rgba"])
                name = f"imagemagick-{kind.lower()}-{interlace.lower()}.png"
                read(name, png, on_white(png), "Pillow, of ImageMagick's file", 1)
        for bits in (1, 2, 4):
            for interlace in ("None", "PNG"):
                command = ["convert", "png:-", "-interlace", interlace, "-strip", "-depth", str(bits)]
                png = run(*command, "-define", f"png:bit-depth={bits}", "-define", "png:color-type=0", "png:-", stdin=plain["gray"])
                name = f"imagemagick-gray{bits}-{interlace.lower()}.png"
                read(name, png, on_white(png), "Pillow, of ImageMagick's file", 1)


# ---- JPEG ----


def jpeg_saved(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85, **options)
    return file.getvalue()


def jpeg_pixels(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def djpeg_pixels(jpeg):
    ppm = run("djpeg", "-rgb", "-ppm", stdin=jpeg)
    _, size, _, data = ppm.split(b"\n", 3)
    width, height = (int(number) for number in size.split())
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def patched(jpeg, marker, offset, values):
    """The JPEG with bytes of the first segment of a kind replaced."""
    at = jpeg.index(bytes([0xFF, marker])) + offset
    return jpeg[:at] + bytes(values) + jpeg[at + len(values) :]


def inserted(jpeg, marker, extra, last=False):
    """The JPEG with bytes before the first, or last, marker of a kind."""
    find = jpeg.rindex if last else jpeg.index
    at = find(bytes([0xFF, marker]))
    return jpeg[:at] + extra + jpeg[at:]


SOI, EOI, SOS, DQT, DHT, APP0 = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xE0


def make_jpegs():
    rgb = Image.fromarray(picture())
    plain = {
        "baseline": jpeg_saved(rgb),
        "full-color": jpeg_saved(rgb, subsampling=0),
        "progressive": jpeg_saved(rgb, progressive=True),
        "gray": jpeg_saved(rgb.convert("L")),
        "gray-progressive": jpeg_saved(rgb.convert("L"), progressive=True),
        "restarts": jpeg_saved(rgb, restart_marker_blocks=4),
        "optimized": jpeg_saved(rgb, optimize=True),
        "keep-rgb": jpeg_saved(rgb, keep_rgb=True),
    }
    for name, jpeg in plain.items():
        read(f"{name}.jpg", jpeg, jpeg_pixels(jpeg), "Pillow")

    def same(name, jpeg, of="baseline"):
        read(name, jpeg, jpeg_pixels(plain[of]), "Pillow")

    base, progressive, restarts = plain["baseline"], plain["progressive"], plain["restarts"]
    for count in (1, 8, 33, 500):
        same(f"{count}-zeros-before-end.jpg", inserted(base, EOI, bytes(count), last=True))
    same("text-before-end.jpg", inserted(base, EOI, b"made by a camera", last=True))
    same("ff00-before-end.jpg", inserted(base, EOI, b"\xff\0" * 20, last=True))
    same("zeros-before-end-progressive.jpg", inserted(progressive, EOI, bytes(40), last=True), "progressive")
    same("zeros-before-end-gray.jpg", inserted(plain["gray"], EOI, bytes(40), last=True), "gray")
    same("zeros-before-first-scan.jpg", inserted(progressive, SOS, bytes(40)), "progressive")
    same("zeros-behind-scan.jpg", inserted(progressive, DHT, bytes(40), last=True), "progressive")
    same("zeros-before-restart.jpg", inserted(restarts, 0xD1, bytes(20)), "restarts")
    same("zeros-between-segments.jpg", inserted(base, DQT, bytes(20)))
    same("fill-bytes.jpg", inserted(base, DHT, b"\xff" * 30))
    same("text-in-three-places.jpg", inserted(inserted(inserted(base, DQT, b"one"), DHT, b"two"), EOI, b"three" * 9, last=True))
    same("jfif-version-9.jpg", patched(base, APP0, 9, [9]))
    same("jfif-version-9-and-zeros.jpg", inserted(patched(base, APP0, 9, [9]), EOI, bytes(20), last=True))
    sos_end = base.index(b"\xff\xda") + 2 + 12
    same("odd-scan-parameters.jpg", base[: sos_end - 3] + bytes([0, 0, 0x21]) + base[sos_end:])
    same("bytes-behind-end.jpg", base + b"surplus")
    same("second-picture-behind-end.jpg", base + plain["gray"])
    same("comment-and-profile.jpg", base[:2] + segment(0xFE, b"comment") + segment(0xE2, b"ICC_PROFILE\0\1\1bad") + base[2:])
    no_jfif = base[:2] + base[2 + 18 :]
    adobe = lambda code: segment(0xEE, b"Adobe" + bytes([0, 100, 0, 0, 0, 0, code]))
    same("adobe-unknown-transform.jpg", no_jfif[:2] + adobe(7) + no_jfif[2:])

    refused("cmyk.jpg", jpeg_saved(rgb.convert("CMYK")), "image_unsupported")
    refused("cut.jpg", base[:1500], "image_truncated")
    refused("no-end.jpg", base[:-2], "image_truncated")
    refused("cut-with-end.jpg", base[:1500] + b"\xff\xd9", "image_truncated")
    refused("zeros-and-cut.jpg", inserted(base, DQT, bytes(9))[:1500] + b"\xff\xd9", "image_truncated")
    refused("zeros-before-restart-and-cut.jpg", inserted(restarts, 0xD1, bytes(20))[:1500] + b"\xff\xd9", "image_truncated")
    last_scan = progressive.rindex(b"\xff\xc4")
    refused("last-scan-missing.jpg", progressive[:last_scan] + b"\xff\xd9", "image_truncated")
    interval = slice(restarts.index(b"\xff\xd1"), restarts.index(b"\xff\xd2"))
    refused("interval-missing.jpg", restarts[: interval.start] + restarts[interval.stop :], "image_corrupt")
    refused("ff00-between-segments.jpg", inserted(base, DQT, b"\xff\0"), "image_corrupt")

    if shutil.which("cjpeg") and shutil.which("djpeg") and shutil.which("jpegtran"):
        ppm = io.BytesIO()
        rgb.save(ppm, "PPM")
        source = ppm.getvalue()
        ways = {
            "baseline": ["-baseline"],
            "progressive": ["-progressive"],
            "gray": ["-grayscale"],
            "restarts": ["-restart", "1"],
            "optimized": ["-optimize", "-quality", "97"],
            "444": ["-sample", "1x1"],
            "422": ["-sample", "2x1"],
            "411": ["-sample", "4x1"],
            "coarse": ["-quality", "3"],
        }
        for name, options in ways.items():
            jpeg = run("cjpeg", *options, stdin=source)
            read(f"cjpeg-{name}.jpg", jpeg, djpeg_pixels(jpeg), "djpeg")
            zeros = inserted(jpeg, EOI, bytes(25), last=True)
            read(f"cjpeg-{name}-zeros.jpg", zeros, djpeg_pixels(jpeg), "djpeg")
        for name, options in {"progressive": ["-progressive"], "rotated": ["-rotate", "90", "-trim"]}.items():
            jpeg = run("jpegtran", *options, stdin=base)
            read(f"jpegtran-{name}.jpg", jpeg, djpeg_pixels(jpeg), "djpeg")
        refused("jpegtran-arithmetic.jpg", run("jpegtran", "-arithmetic", stdin=base), "image_unsupported")
        refused("jpegtran-arithmetic-progressive.jpg", run("jpegtran", "-arithmetic", "-progressive", stdin=base), "image_unsupported")
    if shutil.which("convert"):
        for interlace in ("None", "JPEG"):
            jpeg = run("convert", "jpg:-", "-interlace", interlace, "-quality", "70", "jpg:-", stdin=base)
            read(f"imagemagick-{interlace.lower()}.jpg", jpeg, jpeg_pixels(jpeg), "Pillow")


make_pngs()
make_jpegs()
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1))
