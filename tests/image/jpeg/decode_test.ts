import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { createHash } from "node:crypto";
import { Problem, type ProblemCode } from "../../../src/errors.ts";
import { decodeJpeg } from "../../../src/image/jpeg/decode.ts";
import { decodeRgba } from "../../../src/image/jpeg/decoder.ts";
import {
  APP0,
  APP1,
  APP14,
  codes,
  EOI,
  frame,
  grayBlocks,
  grayJpeg,
  jpegOf,
  progressiveJpeg,
  quantization,
  scan,
  SOF2,
  SOS,
} from "../../jpeg_writer.ts";
import { shared, sharedTest } from "../../optional.ts";

const GRAYS = [200, 90, 91, 130] as const;
const tables = [quantization, frame(32, 8), codes] as const;
const pixels = grayBlocks(...GRAYS);
const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

/** The gray of the first pixel of each block. */
async function graysOf(jpeg: Uint8Array): Promise<number[]> {
  const { width, height, data } = await decodeJpeg(jpeg);
  equal(data.length, width * height * 3);
  return Array.from({ length: width / 8 }, (_, i) => data[i * 8 * 3] ?? NaN);
}

Deno.test("blocks of one gray have the gray that their coefficient says", async () => {
  deepEqual(await graysOf(grayJpeg(...GRAYS)), [...GRAYS]);
  deepEqual(await graysOf(progressiveJpeg(...GRAYS)), [...GRAYS]);
});

const read: [what: string, jpeg: Uint8Array][] = [
  ["33 zeros before its end", jpegOf(...tables, scan, pixels, zeros(33), EOI)],
  ["text before its end", jpegOf(...tables, scan, pixels, letters("made by a camera"), EOI)],
  ["bytes between segments", jpegOf(...tables, zeros(20), scan, pixels, EOI)],
  ["fill bytes", jpegOf(...tables, [0xff, 0xff, 0xff], scan, pixels, EOI)],
  ["bytes in three places", jpegOf(zeros(3), ...tables, [1, 2], scan, pixels, zeros(40), EOI)],
  [
    "JFIF 9.1",
    jpegOf([APP0, [...letters("JFIF\0"), 9, 1, 0, 0, 1, 0, 1, 0, 0]], ...tables, scan, pixels, EOI),
  ],
  [
    "JFIF 9.1 and bytes before its end",
    jpegOf(
      [APP0, [...letters("JFIF\0"), 9, 1, 0, 0, 1, 0, 1, 0, 0]],
      ...tables,
      scan,
      pixels,
      zeros(9),
      EOI,
    ),
  ],
  [
    "parameters of a progressive scan",
    jpegOf(...tables, [SOS, [1, 1, 0, 0, 0, 0x21]], pixels, EOI),
  ],
  ["an Adobe segment that is cut", jpegOf([APP14, letters("Adobe")], ...tables, scan, pixels, EOI)],
  [
    "a damaged Exif segment",
    jpegOf(
      [APP1, [...letters("Exif\0\0II"), 42, 0, 255, 255, 255, 255]],
      ...tables,
      scan,
      pixels,
      EOI,
    ),
  ],
  ["another picture behind its end", Uint8Array.from([...grayJpeg(...GRAYS), ...grayJpeg(1, 2)])],
];

for (const [what, jpeg] of read) {
  Deno.test(`a JPEG with ${what} is read`, async () => {
    deepEqual(await graysOf(jpeg), [...GRAYS]);
  });
}

const hidden = [...jpegOf(quantization, frame(20_000, 20_000, { marker: SOF2 }), codes)].slice(2);
const refused: [what: string, jpeg: Uint8Array, code: ProblemCode, says: RegExp][] = [
  ["no end", jpegOf(...tables, scan, pixels), "image_truncated", /inside its pixels/],
  [
    "one block too few",
    jpegOf(...tables, scan, grayBlocks(200, 90, 91), EOI),
    "image_truncated",
    /end too early/,
  ],
  [
    "one block too few, behind surplus bytes",
    jpegOf(...tables, [1, 2], scan, grayBlocks(200, 90, 91), EOI),
    "image_truncated",
    /end too early/,
  ],
  ["no pixels", jpegOf(...tables, EOI), "image_truncated", /component 1 has none/],
  ["no header", jpegOf(quantization, EOI), "image_corrupt", /no header/],
  [
    "two headers",
    jpegOf(...tables, frame(16, 8), scan, pixels, EOI),
    "image_corrupt",
    /two headers/,
  ],
  [
    "pixels before its header",
    jpegOf(quantization, codes, scan, pixels, EOI),
    "image_corrupt",
    /before its header/,
  ],
  [
    "FF 00 between segments",
    jpegOf([0xff, 0x00, 0, 4, 1, 2], ...tables, scan, pixels, EOI),
    "image_corrupt",
    /FF 00/,
  ],
  [
    "a larger header behind FF 00",
    jpegOf(
      [0xff, 0x00, hidden.length + 2 >> 8, hidden.length + 2 & 255],
      hidden,
      ...tables,
      scan,
      pixels,
      EOI,
    ),
    "image_corrupt",
    /FF 00/,
  ],
  [
    "a segment of length 1",
    jpegOf([0xff, 0xe0, 0, 1], ...tables, scan, pixels, EOI),
    "image_corrupt",
    /length 1/,
  ],
  [
    "a second SOI",
    jpegOf([0xff, 0xd8], ...tables, scan, pixels, EOI),
    "image_corrupt",
    /second beginning/,
  ],
  [
    "a reserved marker",
    jpegOf([0x02, [1]], ...tables, scan, pixels, EOI),
    "image_corrupt",
    /FF 02/,
  ],
  [
    "a scan of no component",
    jpegOf(...tables, [SOS, [1, 7, 0, 0, 63, 0]], pixels, EOI),
    "image_corrupt",
    /component/,
  ],
  ["a height behind its pixels", jpegOf(frame(8, 0), EOI), "image_unsupported", /DNL/],
  [
    "four components",
    jpegOf(frame(8, 8, { components: [17, 17, 17, 17] }), EOI),
    "image_unsupported",
    /CMYK or YCCK/,
  ],
  [
    "two components",
    jpegOf(frame(8, 8, { components: [17, 17] }), EOI),
    "image_unsupported",
    /2 components/,
  ],
  ["12 bits", jpegOf(frame(8, 8, { marker: 0xc1, bits: 12 }), EOI), "image_unsupported", /12 bits/],
  ["SOF3", jpegOf(frame(8, 8, { marker: 0xc3 }), EOI), "image_unsupported", /lossless/],
  ["SOF5", jpegOf(frame(8, 8, { marker: 0xc5 }), EOI), "image_unsupported", /hierarchical/],
  ["SOF9", jpegOf(frame(8, 8, { marker: 0xc9 }), EOI), "image_unsupported", /arithmetic coding/],
  ["SOF10", jpegOf(frame(8, 8, { marker: 0xca }), EOI), "image_unsupported", /arithmetic coding/],
  ["DHP", jpegOf(frame(8, 8, { marker: 0xde }), EOI), "image_unsupported", /hierarchical/],
  ["SOF55", jpegOf(frame(8, 8, { marker: 0xf7 }), EOI), "image_unsupported", /JPEG-LS/],
  [
    "a progressive scan that refines nothing",
    jpegOf(
      quantization,
      frame(32, 8, { marker: SOF2 }),
      codes,
      [SOS, [1, 1, 0, 0, 0, 0x10]],
      pixels,
      EOI,
    ),
    "image_corrupt",
    /progressive scan/,
  ],
  [
    "a progressive JPEG of its first scan alone",
    jpegOf(
      quantization,
      frame(32, 8, { marker: SOF2 }),
      codes,
      [SOS, [1, 1, 0, 0, 0, 0]],
      pixels,
      EOI,
    ),
    "image_truncated",
    /last scans/,
  ],
];

for (const [what, jpeg, code, says] of refused) {
  Deno.test(`a JPEG with ${what} is refused as ${code}`, async () => {
    await rejects(decodeJpeg(jpeg), (thrown) => {
      ok(thrown instanceof Problem, String(thrown));
      equal(thrown.code, code, thrown.message);
      match(thrown.message, says);
      return true;
    });
  });
}

sharedTest("a JPEG that libjpeg only warns about has the pixels that Pillow gives", async () => {
  const file = `${shared}/failing-inputs/extraneous-bytes-before-eoi.jpg`;
  const { width, height, data } = await decodeJpeg(await Deno.readFile(file));
  deepEqual([width, height], [96, 80]);
  equal(
    createHash("sha256").update(data).digest("hex"),
    "199112d5b9dab3ae44388ea8ad08594614baeb7690db7f81ad9a470ced67c42b",
  );
});

sharedTest("a JPEG with arithmetic coding is refused by that name", async () => {
  const file = await Deno.readFile(`${shared}/failing-inputs/arithmetic.jpg`);
  await rejects(decodeJpeg(file), { code: "image_unsupported", message: /arithmetic coding/ });
});

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

Deno.test("the decoder's memory does not grow beyond what it is given", async () => {
  const jpeg = jpegOf(quantization, frame(8000, 8000), codes, scan, pixels, EOI);
  const before = Deno.memoryUsage().rss;
  const { width, rgba, complaint } = await decodeRgba(jpeg, 32e6);
  deepEqual([width, rgba.length], [0, 0]);
  ok(complaint !== undefined);
  ok(Deno.memoryUsage().rss - before < 40e6);
});
