import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { Problem, type ProblemCode } from "../../../src/errors.ts";
import { decodeTiff } from "../../../src/image/tiff/decode.ts";
import { npmLibraries } from "../../../src/image/tiff/npm_libraries.ts";
import { openTiff } from "../../../src/image/tiff/open.ts";
import { memorySource } from "../../../src/image/tiff/source.ts";
import { shared, sharedTest } from "../../optional.ts";
import { type TagValue, tiff, tiffOf, type TiffOptions, type TiffPage } from "../../tiff_writer.ts";

/** The expected values are worked out by hand from TIFF 6.0. corpus_test.ts reads files of other programs. */
const decode = (bytes: Uint8Array) => decodeTiff(bytes, 100e6, npmLibraries);
const pixels = async (bytes: Uint8Array) => [...(await decode(bytes)).data];

async function refused(bytes: Uint8Array, code: ProblemCode, ...words: RegExp[]): Promise<void> {
  await rejects(decode(bytes), (thrown) => {
    ok(thrown instanceof Problem, String(thrown));
    equal(thrown.code, code, thrown.message);
    for (const word of words) ok(word.test(thrown.message), thrown.message);
    return true;
  });
}

type Tags = Readonly<Record<number, TagValue>>;
const gray = (width: number, height: number, more: Tags = {}): Tags => ({
  256: width,
  257: height,
  258: 8,
  259: 1,
  262: 1,
  277: 1,
  278: height,
  ...more,
});
const rgb = (width: number, height: number, more: Tags = {}): Tags =>
  gray(width, height, { 258: [8, 8, 8], 262: 2, 277: 3, ...more });
const bytes = (...values: number[]) => new Uint8Array(values);
const tripled = (...values: number[]) => values.flatMap((value) => [value, value, value]);

/** 5 x 3 RGB pixels, row by row. Each value occurs once. */
const five = Uint8Array.from({ length: 45 }, (_, i) => i * 5);
const fivePixels = [...five];

/** The same picture in tiles of 4 x 2 pixels. Samples beyond its edge are 99. */
const tiles = [[0, 0], [4, 0], [0, 2], [4, 2]].map(([left = 0, top = 0]) =>
  Uint8Array.from({ length: 24 }, (_, i) => {
    const x = left + Math.floor(i / 3) % 4;
    const y = top + Math.floor(i / 12);
    return x < 5 && y < 3 ? five[(y * 5 + x) * 3 + i % 3] ?? 0 : 99;
  })
);

Deno.test("tiles are read to their places, without what lies beyond the edge", async () => {
  const tags = rgb(5, 3, { 322: 4, 323: 2 });
  deepEqual(await pixels(tiffOf([{ tags, strips: tiles }])), fivePixels);
  const deflated = tiles.map((tile) => new Uint8Array(deflateSync(tile)));
  deepEqual(
    await pixels(tiffOf([{ tags: { ...tags, 259: 8 }, strips: deflated }])),
    fivePixels,
  );
});

Deno.test("separate planes, byte orders and BigTIFF give the same pixels", async () => {
  const planes = [0, 1, 2].map((c) => five.filter((_, i) => i % 3 === c));
  const options: TiffOptions[] = [{}, { bigEndian: true }, { big: true }, {
    big: true,
    bigEndian: true,
  }];
  for (const option of options) {
    deepEqual(await pixels(tiffOf([{ tags: rgb(5, 3), strips: [five] }], option)), fivePixels);
    const planar = { tags: rgb(5, 3, { 284: 2 }), strips: planes };
    deepEqual(await pixels(tiffOf([planar], option)), fivePixels);
  }
});

Deno.test("strips follow each other, and the last one may be padded to the height of the others", async () => {
  const tags = rgb(5, 3, { 278: 2 });
  const strips = [five.subarray(0, 30), five.subarray(30)];
  deepEqual(await pixels(tiffOf([{ tags, strips }])), fivePixels);
  const padded = [
    five.subarray(0, 30),
    new Uint8Array([...five.subarray(30), ...Array(15).fill(9)]),
  ];
  deepEqual(await pixels(tiffOf([{ tags, strips: padded }])), fivePixels);
});

Deno.test("16 bits are divided by 257 and rounded, in either byte order", async () => {
  // 0x8080 is 128 * 257; 0x80ff is 128.49 * 257, 0x8101 is 128.502 * 257.
  const big = bytes(0x80, 0x80, 0x80, 0xff, 0x81, 0x01, 0xff, 0xff);
  const little = bytes(0x80, 0x80, 0xff, 0x80, 0x01, 0x81, 0xff, 0xff);
  const page = (strip: Uint8Array) => [{ tags: gray(4, 1, { 258: 16 }), strips: [strip] }];
  const expected = tripled(128, 128, 129, 255);
  deepEqual(await pixels(tiffOf(page(big), { bigEndian: true })), expected);
  deepEqual(await pixels(tiffOf(page(little))), expected);
});

Deno.test("a predictor adds the pixel on the left, in the byte order of the file", async () => {
  deepEqual(
    await pixels(
      tiff(gray(4, 1, { 259: 8, 317: 2 }), new Uint8Array(deflateSync(bytes(10, 5, 250, 1)))),
    ),
    tripled(10, 15, 9, 10),
  );
  // 0x0100, 0x0100 + 0x00ff = 0x01ff, and 0x01ff + 0x7f01 = 0x8100.
  const words = bytes(0x01, 0x00, 0x00, 0xff, 0x7f, 0x01);
  const strips = [new Uint8Array(deflateSync(words))];
  const page = { tags: gray(3, 1, { 258: 16, 259: 8, 317: 2 }), strips };
  deepEqual(await pixels(tiffOf([page], { bigEndian: true })), tripled(1, 2, 128));
});

Deno.test("gray whose 0 is white, samples of 2 and 4 bits, and palettes are read", async () => {
  deepEqual(await pixels(tiff(gray(2, 1, { 262: 0 }), bytes(0, 55))), tripled(255, 200));
  // 3 pixels of 4 bits per row, which fills two bytes: 15/15, 1/15, 0; 8/15, 3/15, 0.
  deepEqual(
    await pixels(tiff(gray(3, 2, { 258: 4 }), bytes(0xf1, 0x00, 0x83, 0x00))),
    tripled(255, 17, 0, 136, 51, 0),
  );
  const colors = Array(12).fill(0);
  // The fourth color is 0xff00, 0x80ff, 0x0100.
  [colors[3], colors[7], colors[11]] = [0xff00, 0x80ff, 0x0100];
  const palette = gray(2, 1, { 258: 2, 262: 3, 320: { type: 3, values: colors } });
  deepEqual(await pixels(tiff(palette, bytes(0b11_00_0000))), [255, 128, 1, 0, 0, 0]);
});

Deno.test("transparent pixels are laid on white, and further samples are ignored", async () => {
  const rgba = (kind: number | undefined, ...values: number[]) =>
    tiff(
      rgb(1, 1, { 258: [8, 8, 8, 8], 277: 4, ...(kind === undefined ? {} : { 338: kind }) }),
      bytes(...values),
    );
  // 51 of 255 is a fifth: 100 / 5 + 204.
  deepEqual(await pixels(rgba(2, 100, 0, 255, 51)), [224, 204, 255]);
  // Associated: the colors are multiplied already.
  deepEqual(await pixels(rgba(1, 20, 0, 51, 51)), [224, 204, 255]);
  deepEqual(await pixels(rgba(0, 100, 0, 255, 51)), [100, 0, 255]);
  deepEqual(await pixels(rgba(undefined, 100, 0, 255, 51)), [100, 0, 255]);
});

Deno.test("the orientation is ignored", async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    deepEqual(await pixels(tiff(rgb(5, 3, { 274: orientation }), five)), fivePixels);
  }
});

Deno.test("the picture is the largest page that is not marked as a smaller version", async () => {
  const picture: TiffPage = { tags: rgb(5, 3), strips: [five] };
  const small = (more: Tags): TiffPage => ({ tags: gray(2, 1, more), strips: [bytes(7, 7)] });
  const large = (more: Tags): TiffPage => ({
    tags: gray(10, 6, more),
    strips: [new Uint8Array(60)],
  });
  for (
    const pages of [
      [small({ 254: 1 }), picture],
      [small({}), picture],
      [picture, small({ 254: 1 })],
      [large({ 254: 1 }), picture],
      [large({ 255: 2 }), picture],
      [picture, large({ 254: 4 })],
      [picture, large({ 270: "Aperio Image Library v11\nmacro 10x6" })],
      [{ ...small({ 254: 1 }), subIfds: [picture] }],
      [{ ...picture, subIfds: [large({ 254: 1 })] }],
    ]
  ) deepEqual(await pixels(tiffOf(pages)), fivePixels);
});

Deno.test("several pages of one size are refused, with their number", async () => {
  const page = { tags: rgb(5, 3), strips: [five] };
  await refused(tiffOf([page, page, page]), "image_unsupported", /3 pages of 5 x 3/);
});

Deno.test("three channels of ImageJ are one picture where they are red, green and blue", async () => {
  const planes = [0, 1, 2].map((c) => five.filter((_, i) => i % 3 === c));
  const composite = (description: string) =>
    tiffOf(planes.map((plane, i) => ({
      tags: gray(5, 3, i === 0 ? { 270: description } : {}),
      strips: [plane],
    })));
  const said = "ImageJ=1.54f\nimages=3\nchannels=3\nmode=composite\n";
  deepEqual(await pixels(composite(said)), fivePixels);
  const slices = "ImageJ=1.54f\nimages=3\nslices=3\n";
  await refused(composite(slices), "image_unsupported", /3 pages/);
  const grayscale = said.replace("composite", "grayscale");
  await refused(composite(grayscale), "image_unsupported", /3 channels/);
  // ImageJ writes one page for all where a file is large; the planes follow each other.
  const [first = five] = [new Uint8Array(planes.flatMap((plane) => [...plane]))];
  const onePage = tiffOf([{ tags: gray(5, 3, { 270: said, 279: 15 }), strips: [first] }]);
  deepEqual(await pixels(onePage), fivePixels);
  const cut = tiffOf([{ tags: gray(5, 3, { 270: said }), strips: [planes[0] ?? five] }]);
  await refused(cut, "image_corrupt", /fewer channels/);
  const end = tiffOf([{ tags: gray(5, 3, { 270: said, 273: onePage.length - 20, 279: 15 }) }]);
  await refused(end, "image_truncated");
});

Deno.test("tags that do not affect pixels may be broken", async () => {
  const far = 0xffff_fff0;
  const broken: Tags[] = [
    { 34665: far },
    { 34853: 3 },
    { 330: far },
    { 40965: { type: 13, count: 9, offset: far } },
    { 60_000: { type: 99, count: far, offset: far } },
    { 270: { type: 2, count: far, offset: 8 } },
    { 306: { type: 2, count: 20, offset: far } },
    { 282: { type: 5, count: 1, offset: far }, 283: { type: 99, values: [] }, 296: "inch" },
  ];
  for (const tags of broken) {
    deepEqual(await pixels(tiff(rgb(5, 3, tags), five)), fivePixels, JSON.stringify(tags));
  }
  for (const next of [far, 3]) {
    deepEqual(await pixels(tiffOf([{ tags: rgb(5, 3), strips: [five] }], { next })), fivePixels);
  }
});

Deno.test("micrometers per pixel are read if a microscope can have them", async () => {
  const mpp = async (tags: Tags) => (await decode(tiff(rgb(5, 3, tags), five))).mpp;
  const resolution = (x: number, y: number, unit: number): Tags => ({
    282: { type: 5, values: [x, 1] },
    283: { type: 5, values: [y, 1] },
    296: unit,
  });
  equal(await mpp(resolution(40_000, 40_000, 3)), 0.25);
  equal(await mpp(resolution(50_800, 50_800, 2)), 0.5);
  for (const dpi of [1, 72, 96, 150, 300, 600, 1200]) {
    equal(await mpp(resolution(dpi, dpi, 2)), undefined);
  }
  equal(await mpp(resolution(40_000, 36_000, 3)), undefined);
  equal(await mpp(resolution(4, 4, 1)), undefined);
  equal(await mpp({ ...resolution(4, 4, 1), 270: "ImageJ=1.54f\nunit=\\u00B5m\n" }), 0.25);
  equal(await mpp({ ...resolution(4000, 4000, 1), 270: "ImageJ=1.54f\nunit=mm\n" }), 0.25);
  equal(await mpp({ ...resolution(72, 72, 2), 270: "Aperio |AppMag = 20|MPP = 0.4990" }), 0.499);
  const ome = '<OME><Pixels SizeX="5" SizeY="3" PhysicalSizeX="250" PhysicalSizeXUnit="nm" ' +
    'PhysicalSizeY="0.25" PhysicalSizeYUnit="µm"/></OME>';
  equal(await mpp({ 270: ome }), 0.25);
});

Deno.test("what is not supported is refused by its name", async () => {
  const kinds: [Tags, RegExp][] = [
    [{ 258: 1 }, /has 1 bit a sample/],
    [{ 258: [8, 8, 16] }, /samples of 8, 8, 16 bits/],
    [{ 259: 4 }, /CCITT Group 4 compression \(4\)/],
    [{ 259: 6 }, /old-style JPEG compression \(6\)/],
    [{ 259: 34887 }, /LERC compression \(34887\)/],
    [{ 259: 50001 }, /WebP compression \(50001\)/],
    [{ 259: 52479 }, /compression 52479/],
    [{ 262: 5 }, /CMYK/],
    [{ 262: 6 }, /YCbCr without JPEG/],
    [{ 262: 8 }, /CIELab/],
    [{ 262: 32803 }, /raw data of a camera/],
    [{ 339: 2 }, /signed samples of 8 bits.*SMinSampleValue/],
    [{ 258: 32, 339: 3 }, /floating-point samples of 32 bits/],
    [{ 258: 32 }, /unsigned samples of 32 bits/],
    [{ 339: 6 }, /complex/],
    [{ 262: 1 }, /3 samples per pixel/],
    [{ 277: 60_000 }, /60000 samples per pixel/],
    [{ 317: 2 }, /predictor 2 without compression/],
    [{ 259: 8, 317: 9 }, /predictor 9/],
  ];
  for (const [tags, words] of kinds) {
    await refused(tiff(rgb(5, 3, tags), five), "image_unsupported", words);
  }
  // TIFF 6.0: without BitsPerSample a sample has 1 bit.
  const { 258: _, ...bilevel } = gray(8, 1);
  await refused(tiff(bilevel, bytes(0xaa)), "image_unsupported", /has 1 bit a sample/);
});

Deno.test("signed and floating-point samples are read if the file states their range", async () => {
  const range = (type: number, low: number, high: number): Tags => ({
    340: { type, values: [low] },
    341: { type, values: [high] },
  });
  const signed = gray(3, 1, { 339: 2, ...range(6, 0x80, 0x7f) });
  deepEqual(await pixels(tiff(signed, bytes(0x80, 0, 0x7f))), tripled(0, 128, 255));
  const float = gray(3, 1, { 258: 32, 339: 3, ...range(11, 0, 1) });
  const levels = new Uint8Array(new Float32Array([0, 0.2, 7]).buffer);
  deepEqual(await pixels(tiff(float, levels)), tripled(0, 51, 255));
});

Deno.test("a file that is cut off or contradicts itself is refused", async () => {
  const whole = tiff(rgb(5, 3), five);
  const cut = tiff(rgb(5, 3, { 273: whole.length - 20, 279: 45 }), five);
  await refused(cut, "image_truncated");
  await refused(tiff(rgb(5, 3), five.subarray(1)), "image_truncated", /44 of the 45 bytes/);
  await refused(
    tiff(rgb(5, 3, { 273: [] }), five),
    "image_corrupt",
    /offsets of 0 of its 1 strips/,
  );
  await refused(tiff(rgb(5, 3, { 278: 1 }), five), "image_corrupt", /offsets of 1 of its 3 strips/);
  await refused(tiff(rgb(5, 3, { 273: 0 }), five), "image_corrupt", /strip 0 has no bytes/);
  await refused(tiff(rgb(5, 3, { 279: 0 }), five), "image_corrupt", /strip 0 has no bytes/);
  await refused(tiff(rgb(0, 3), five), "image_corrupt", /0 x 3/);
  await refused(
    tiff(rgb(5, 3, { 259: 8, 279: [] }), five),
    "image_corrupt",
    /lengths of 0 of its 1/,
  );
  const damaged = new Uint8Array(deflateSync(five));
  damaged[9] = (damaged[9] ?? 0) ^ 0xff;
  await refused(tiff(rgb(5, 3, { 259: 8 }), damaged), "image_corrupt");
  const half = new Uint8Array(deflateSync(five)).subarray(0, 20);
  await refused(tiff(rgb(5, 3, { 259: 8 }), half), "image_truncated");
  for (const length of [0, 1, 4, 7, 8, 30, whole.length - 50]) {
    await rejects(decode(whole.subarray(0, length)), Problem);
  }
});

Deno.test("the lengths of uncompressed strips may be missing, since they follow from the size", async () => {
  deepEqual(await pixels(tiff(rgb(5, 3, { 279: [] }), five)), fivePixels);
});

Deno.test("a region is read from the tiles that it overlaps", async () => {
  const file = tiffOf([{ tags: rgb(5, 3, { 322: 4, 323: 2 }), strips: tiles }]);
  const reads: number[] = [];
  const memory = memorySource(file);
  const picture = await openTiff({
    length: file.length,
    read(offset, length) {
      if (length === 24) reads.push(offset);
      return memory.read(offset, length);
    },
  }, npmLibraries);
  const { width, height, data } = await picture.read({ x: 3, y: 1, width: 2, height: 1 });
  deepEqual([width, height, ...data], [2, 1, ...five.subarray(24, 30)]);
  equal(reads.length, 2);
});

sharedTest("each TIFF that was once read wrong is read right or refused", async () => {
  const picture = "8e420fe2c8b26f0e723de2aaa5e82098027158c53e2e6bcf180b7f948ead672b";
  for (
    const name of [
      "tiled-rgb",
      "lzw-full-table",
      "orientation-6",
      "imagej-composite",
      "thumbnail-first",
      "broken-exif-pointer",
    ]
  ) {
    const { data } = await decode(await Deno.readFile(`${shared}/failing-inputs/${name}.tif`));
    const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(data));
    equal(new Uint8Array(digest).toHex(), picture, name);
  }
  const oneBit = await Deno.readFile(`${shared}/failing-inputs/one-bit.tif`);
  await refused(oneBit, "image_unsupported", /has 1 bit a sample/);
});

sharedTest("slides with JPEG and JPEG 2000 have the colors that OpenSlide gives", async () => {
  // Means of the picture as openslide-python 1.4.7 reads it.
  const expected: [string, number[]][] = [
    ["real/CMU-1-Small-Region.svs", [214.011, 194.81, 207.904]],
    ["codecs/jp2k-33003.svs", [183.575, 160.721, 202.145]],
    ["codecs/jp2k-33005.svs", [184.72, 160.734, 203.448]],
    ["codecs/jpeg-ycc.svs", [184.743, 160.731, 203.447]],
  ];
  for (const [file, means] of expected) {
    const { data } = await decode(await Deno.readFile(`${shared}/slides/${file}`));
    const sums = [0, 0, 0];
    for (let i = 0; i < data.length; i++) sums[i % 3] = (sums[i % 3] ?? 0) + (data[i] ?? 0);
    sums.forEach((sum, c) => {
      const mean = sum / (data.length / 3);
      ok(Math.abs(mean - (means[c] ?? 0)) < 0.01, `${file}: ${mean}`);
    });
  }
});
