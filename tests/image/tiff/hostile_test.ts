import { equal, ok, rejects } from "node:assert/strict";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { Problem, type ProblemCode } from "../../../src/errors.ts";
import { decodeTiff } from "../../../src/image/tiff/decode.ts";
import { npmLibraries } from "../../../src/image/tiff/npm_libraries.ts";
import { type TagValue, tiff, tiffOf, type TiffPage } from "../../tiff_writer.ts";

/** Files that are made to cost much: each is answered soon and takes little memory. */
const MAX_SECONDS = 3;
const MAX_MEMORY = 150e6;

const base: Record<number, TagValue> = { 256: 4, 257: 2, 258: 8, 259: 1, 262: 1, 277: 1, 278: 2 };
const bytes = new Uint8Array(8);
const far = 0xffff_fff0;

/** Files by what is wrong with them, and how they are answered; "read" is a picture. */
const FILES: [name: string, file: () => Uint8Array, answer: ProblemCode | "read"][] = [
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
  ["60,000 samples a pixel", () => tiff({ ...base, 277: 60_000 }, bytes), "image_unsupported"],
  [
    "4,294,967,280 pixels a side",
    () => tiff({ ...base, 256: far, 257: far, 278: far }, bytes),
    "image_too_large",
  ],
  [
    "a strip for every row of a picture that is one pixel wide",
    () => tiff({ ...base, 256: 1, 257: 90e6, 278: 1 }, bytes),
    "image_unsupported",
  ],
  [
    "3,000 strips that are one compressed stream",
    () => {
      const stream = new Uint8Array(deflateSync(new Uint8Array(2000)));
      const at = 8;
      return tiffOf([{
        tags: {
          ...base,
          256: 2000,
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
    () => tiff({ ...base, 259: 7 }, jpegOf(65_500, 65_500, 1)),
    "image_corrupt",
  ],
  [
    "a JPEG of 20,000 scans",
    () => tiff({ ...base, 256: 4000, 257: 4000, 278: 4000, 259: 7 }, jpegOf(4000, 4000, 20_000)),
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
      page = { tags: { ...base, 254: 1 }, strips: [bytes], below: [page] };
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

for (const [name, make, answer] of FILES) {
  Deno.test(`${name}: answered in time and with little memory`, async () => {
    const file = make();
    const before = Deno.memoryUsage().rss;
    const started = performance.now();
    if (answer === "read") await decodeTiff(file, 100e6, npmLibraries);
    else {
      await rejects(decodeTiff(file, 100e6, npmLibraries), (thrown) => {
        ok(thrown instanceof Problem, String(thrown));
        equal(thrown.code, answer, thrown.message);
        return true;
      });
    }
    const seconds = (performance.now() - started) / 1000;
    const memory = Deno.memoryUsage().rss - before;
    if (Deno.env.get("PRINT_COSTS") === "1") {
      console.log(`${seconds.toFixed(2)} s, ${(memory / 1e6).toFixed(0)} MB`);
    }
    ok(seconds < MAX_SECONDS, `${seconds} s`);
    ok(memory < MAX_MEMORY, `${memory / 1e6} MB`);
  });
}

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
function jpegOf(width: number, height: number, scans: number): Uint8Array {
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
