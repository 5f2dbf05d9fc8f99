import { deflateSync, zstdCompressSync } from "node:zlib";
import type { ProblemCode } from "../../src/errors.ts";
import {
  APP1,
  codes,
  EOI,
  frame,
  grayBlocks,
  jpegOf,
  jpegSegment,
  quantization,
  scan,
  SOF2,
  SOS,
} from "../jpeg_writer.ts";
import { iend, ihdr, pngOf } from "../png_writer.ts";
import { type TagValue, tiff, tiffOf, type TiffPage } from "../tiff_writer.ts";

/** A picture that is small and costs much where nothing is bounded. */
export type HostilePicture = readonly [
  name: string,
  file: () => Uint8Array,
  /** The code of its refusal, or "read": a picture. */
  answer: ProblemCode | "read",
];

const base: Record<number, TagValue> = { 256: 4, 257: 2, 258: 8, 259: 1, 262: 1, 277: 1, 278: 2 };
const bytes = new Uint8Array(8);
const far = 0xffff_fff0;

/** TIFFs that claim much or cost much. */
export const HOSTILE_TIFFS: readonly HostilePicture[] = [
  ["60,000 tags over one array", () => manyTags(60_000), "image_corrupt"],
  ["4,000 tags over one array", () => manyTags(4000), "read"],
  ["tags that claim 4,294,967,280 values", () => {
    const claims = [270, 324, 330, 333, 338, 340, 341, 347, 50838, 50839].map((tag) =>
      [tag, { type: 4, count: far, offset: 8 }] as const
    );
    return tiff({ ...base, ...Object.fromEntries(claims) }, bytes);
  }, "read"],
  [
    "a claim of 4,294,967,280 places of strips",
    () => tiff({ ...base, 273: { type: 4, count: far, offset: 8 }, 278: 1 }, bytes),
    "image_corrupt",
  ],
  ["60,000 samples per pixel", () => tiff({ ...base, 277: 60_000 }, bytes), "image_unsupported"],
  [
    "4,294,967,280 pixels a side",
    () => tiff({ ...base, 256: far, 257: far, 278: far }, bytes),
    "image_too_large",
  ],
  [
    "a strip for every row of a picture that is one pixel wide",
    () => tiff({ ...base, 256: 1, 257: 24e6, 278: 1 }, bytes),
    "image_unsupported",
  ],
  [
    "3,000 strips that are one compressed stream",
    () => {
      const stream = new Uint8Array(deflateSync(new Uint8Array(300)));
      const at = 8;
      return tiffOf([{
        tags: {
          ...base,
          256: 300,
          257: 3000,
          259: 8,
          273: Array(3000).fill(at),
          278: 1,
          279: Array(3000).fill(stream.length),
        },
        strips: [stream],
      }]);
    },
    "read",
  ],
  ["directories that refer to themselves", exifTree, "read"],
  ["a Deflate bomb", () => tiff({ ...base, 259: 8 }, bomb(deflateSync)), "image_bomb"],
  [
    "a ZSTD bomb that says its size",
    () =>
      tiff(
        { ...base, 259: 50_000 },
        // RFC 8878: magic, a frame of 200,000,000 bytes in one segment, a block of 128 KB of zeros.
        Uint8Array.fromHex("28b52ffd" + "a0" + "00c2eb0b" + "030010" + "00").slice(),
      ),
    "image_bomb",
  ],
  [
    "a ZSTD bomb that does not say its size",
    () => tiff({ ...base, 259: 50_000 }, bomb(zstdCompressSync)),
    "image_corrupt",
  ],
  [
    "a PackBits bomb",
    () => tiff({ ...base, 259: 32773 }, new Uint8Array(8e6).fill(0x81)),
    "image_bomb",
  ],
  ["an LZW bomb", () => tiff({ ...base, 259: 5 }, lzwBomb()), "image_bomb"],
  [
    "tiles of 60,000 x 60,000 pixels in a picture of 4 x 2",
    () => tiff({ ...base, 259: 8, 322: 60_000, 323: 60_000 }, bomb(deflateSync)),
    "image_corrupt",
  ],
  [
    "a tile of 4,000,000 x 1 pixels beside a picture of one column",
    () => tiff({ ...base, 256: 1, 257: 50_000, 259: 8, 322: 4e6, 323: 1 }, bomb(deflateSync)),
    "image_corrupt",
  ],
  [
    "a JPEG of 65,500 x 65,500 pixels in a strip of 4 x 2",
    () => tiff({ ...base, 259: 7 }, tiffJpeg(65_500, 65_500, 1)),
    "image_corrupt",
  ],
  [
    "a JPEG of 20,000 scans",
    () => tiff({ ...base, 256: 4000, 257: 4000, 278: 4000, 259: 7 }, tiffJpeg(4000, 4000, 20_000)),
    "image_corrupt",
  ],
  [
    "a JPEG 2000 of 4,294,967,295 x 4,294,967,295 pixels",
    () => tiff({ ...base, 259: 34712 }, jpeg2000(0xffff_ffff, 0)),
    "image_corrupt",
  ],
  [
    "a JPEG 2000 with precincts of one pixel",
    () => tiff({ ...base, 256: 4000, 257: 4000, 278: 4000, 259: 34712 }, jpeg2000(4000, 1)),
    "image_corrupt",
  ],
  ["a page that follows itself", () => {
    const [once] = [tiff(base, bytes)];
    return tiffOf([{ tags: base, strips: [bytes] }], { next: once.length - (2 + 9 * 12 + 4) });
  }, "read"],
  [
    "5,000 pages",
    () => tiffOf(Array(5000).fill({ tags: base, strips: [bytes] })),
    "image_unsupported",
  ],
  ["pages below pages, a thousand deep", () => {
    let page: TiffPage = { tags: { ...base, 254: 1 }, strips: [bytes] };
    for (let i = 0; i < 1000; i++) {
      page = { tags: { ...base, 254: 1 }, strips: [bytes], subIfds: [page] };
    }
    return tiffOf([page]);
  }, "read"],
  ["a page below itself", () => {
    const file = tiffOf([{ tags: { ...base, 254: 1, 330: 8 }, strips: [bytes] }]);
    const first = new DataView(file.buffer).getUint32(4, true);
    return tiffOf([{ tags: { ...base, 254: 1, 330: first }, strips: [bytes] }]);
  }, "read"],
  [
    "8 MB of the beginnings of elements",
    () => tiff({ ...base, 270: "<OME " + "<Pixels ".repeat(1e6) }, bytes),
    "read",
  ],
  [
    "an element with 8 MB of attributes without values",
    () => tiff({ ...base, 270: `<OME ><Pixels ${"a".repeat(8e6)}>` }, bytes),
    "read",
  ],
  [
    "a million elements",
    () => tiff({ ...base, 270: "<OME >" + '<Pixels SizeX="4">'.repeat(4e5) }, bytes),
    "read",
  ],
  [
    "8 MB of lines of ImageJ",
    () => tiff({ ...base, 270: "ImageJ=1\n" + "=\n".repeat(4e6) }, bytes),
    "read",
  ],
];

const pixels = grayBlocks(200, 90, 91, 130);

const tables = [quantization, frame(32, 8), codes] as const;
const hidden = [...jpegOf(quantization, frame(20_000, 20_000, { marker: SOF2 }), codes)].slice(2);

/** JPEGs that claim much or cost much. */
export const HOSTILE_JPEGS: readonly HostilePicture[] = [
  [
    "a JPEG of 32 x 8 pixels that hides a header of 20,000 x 20,000 behind FF 00",
    () => {
      const length = hidden.length + 2;
      const before = [0xff, 0x00, length >> 8, length & 255, ...hidden];
      return jpegOf(before, ...tables, scan, pixels, EOI);
    },
    "image_corrupt",
  ],
  [
    "a JPEG of 400 progressive scans of 16 megapixels",
    () => {
      const first = [SOS, [1, 1, 0, 0, 0, 0]] as const;
      const refining = [SOS, [1, 1, 0, 1, 63, 0]] as const;
      const more = Array.from({ length: 399 }, () => [...jpegSegment(refining), ...pixels]).flat();
      const header = [quantization, frame(4000, 4000, { marker: SOF2 }), codes, first] as const;
      return jpegOf(...header, new Array(20_000).fill(0), more, EOI);
    },
    "image_corrupt",
  ],
  [
    "a JPEG with an Exif directory that refers to itself",
    () => {
      // Big-endian, one entry at 8: tag 34665, LONG, one value, 8.
      const exif = [...new TextEncoder().encode("Exif\0\0MM\0*"), 0, 0, 0, 8];
      const entry = [0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 8];
      return jpegOf([APP1, [...exif, 0, 1, ...entry, 0, 0, 0, 8]], ...tables, scan, pixels, EOI);
    },
    "read",
  ],
  [
    "a progressive JPEG of 25 megapixels in 200 bytes",
    () =>
      jpegOf(
        quantization,
        frame(5000, 5000, { marker: SOF2, components: [17, 17, 17] }),
        codes,
        scan,
        pixels,
        EOI,
      ),
    "image_truncated",
  ],
  [
    "a JPEG of 1,000 scans of 16 megapixels",
    () =>
      jpegOf(
        quantization,
        frame(4000, 4000),
        codes,
        Array.from({ length: 1000 }, () => [...jpegSegment(scan), ...pixels]).flat(),
        EOI,
      ),
    "image_unsupported",
  ],
  [
    "a JPEG of 100,000 segments",
    () =>
      jpegOf(
        Array.from({ length: 100_000 }, () => [0xff, 0xfe, 0, 2]).flat(),
        ...tables,
        scan,
        pixels,
        EOI,
      ),
    "image_unsupported",
  ],
  [
    "a JPEG with surplus bytes before each of 1,000 restarts",
    () =>
      jpegOf(
        [0xdd, [0, 1]],
        quantization,
        frame(8000, 8),
        codes,
        scan,
        Array.from(
          { length: 1000 },
          (_, i) => [...grayBlocks(200), ...Array(20).fill(0), 0xff, 0xd0 + i % 8],
        ).flat(),
        EOI,
      ),
    "image_corrupt",
  ],
];

function manyTags(count: number): Uint8Array {
  const array: TagValue = { type: 4, count: 1e6, offset: 8 };
  const tags = Object.fromEntries(Array.from({ length: count }, (_, i) => [1000 + i, array]));
  return tiff({ ...base, ...tags }, new Uint8Array(4e6));
}

function bomb(compress: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  return new Uint8Array(compress(new Uint8Array(200e6)));
}

/** Clear, 0, then ever longer runs of zeros: codes 258, 259, ... of 9 to 12 bits, again and again. */
function lzwBomb(): Uint8Array {
  let bits = "";
  for (let round = 0; round < 100; round++) {
    bits += (256).toString(2) + "0".padStart(9, "0");
    for (let code = 258; code < 4094; code++) {
      const width = code < 511 ? 9 : code < 1023 ? 10 : code < 2047 ? 11 : 12;
      bits += code.toString(2).padStart(width, "0");
    }
    bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  }
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
}

/** The head of a gray progressive JPEG (ITU-T T.81, B.2), and the beginnings of so many scans. */
function tiffJpeg(width: number, height: number, scans: number): Uint8Array {
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0];
  return new Uint8Array([
    ...[0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, ...Array(64).fill(1)],
    ...[0xff, 0xc2, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
    ...[0xff, 0xc4, 0, 20, 0, 1, ...Array(15).fill(0), 0],
    ...Array(scans).fill(scan).flat(),
    ...[0xff, 0xd9],
  ]);
}

/** The head of a gray JPEG 2000 code stream (ITU-T T.800, A.5 and A.6). */
function jpeg2000(side: number, styles: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(43));
  view.setUint32(0, 0xff4fff51);
  view.setUint16(4, 41);
  [8, 12, 24, 28].forEach((at) => view.setUint32(at, side));
  view.setUint16(40, 1);
  view.setUint8(42, 7);
  const precincts = styles === 1 ? Array(6).fill(0) : [];
  return new Uint8Array([
    ...new Uint8Array(view.buffer),
    1,
    1,
    ...[0xff, 0x52, 0, 12 + precincts.length, styles, 0, 0, 1, 0, 5, 4, 4, 0, 1, ...precincts],
    ...[0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1],
  ]);
}

/** A page whose tags for directories all refer to the page itself. */
function exifTree(): Uint8Array {
  const first = new DataView(exifPage(8).buffer).getUint32(4, true);
  return exifPage(first);
}

function exifPage(offset: number): Uint8Array<ArrayBuffer> {
  const links = { 330: offset, 34665: offset, 34853: offset, 40965: offset };
  return tiff({ ...base, ...links }, bytes);
}

/** PNGs that claim much or cost much. */
export const HOSTILE_PNGS: readonly HostilePicture[] = [
  [
    "an interlaced PNG of 24 megapixels of 16 bits, in one row",
    () => {
      const rows = new Uint8Array(deflateSync(new Uint8Array(1000)));
      return pngOf(ihdr(6000, 4000, 16, 6, 1), ["IDAT", rows], iend);
    },
    "image_truncated",
  ],
  [
    "a PNG of 8 x 8 pixels that inflates to 200 MB",
    () => pngOf(ihdr(8, 8, 8, 2), ["IDAT", bomb(deflateSync)], iend),
    "read",
  ],
  [
    "a PNG of 400 megapixels without pixels",
    () => pngOf(ihdr(20_000, 20_000), iend),
    "image_too_large",
  ],
];
