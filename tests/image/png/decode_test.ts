import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { PNG } from "npm:pngjs@7.0.0";
import { Problem, type ProblemCode } from "../../../src/errors.ts";
import { decodePng } from "../../../src/image/png/decode.ts";
import { shared, sharedTest } from "../../optional.ts";
import { type Chunk, idat, iend, ihdr, pngOf } from "../../png_writer.ts";

/** The picture on white, by pngjs, which shares no code with ours. */
function independently(bytes: Uint8Array): number[] {
  const { data, width, height } = PNG.sync.read(Buffer.from(bytes));
  return Array.from({ length: width * height * 3 }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const alpha = (data[pixel * 4 + 3] ?? 0) / 255;
    return (data[pixel * 4 + channel] ?? 0) * alpha + 255 * (1 - alpha);
  });
}

async function suite(): Promise<[name: string, bytes: Uint8Array][]> {
  const files: [string, Uint8Array][] = [];
  for await (const { name } of Deno.readDir(`${shared}/pngsuite`)) {
    if (name.endsWith(".png")) {
      files.push([name, await Deno.readFile(`${shared}/pngsuite/${name}`)]);
    }
  }
  return files.sort();
}

sharedTest("every valid picture of PngSuite decodes to the right pixels", async () => {
  const valid = (await suite()).filter(([name]) => !name.startsWith("x"));
  equal(valid.length, 161);
  for (const [name, bytes] of valid) {
    const expected = independently(bytes);
    const { data } = decodePng(bytes);
    equal(data.length, expected.length, name);
    const worst = data.reduce((w, v, i) => Math.max(w, Math.abs(v - (expected[i] ?? NaN))), 0);
    ok(worst <= 1, `${name} is off by ${worst}`);
  }
});

sharedTest("every broken picture of PngSuite is refused", async () => {
  const broken = (await suite()).filter(([name]) => name.startsWith("x"));
  equal(broken.length, 14);
  for (const [name, bytes] of broken) throws(() => decodePng(bytes), Problem, name);
});

Deno.test("RGB, gray, palette, 16 bit and transparency become RGB on white", () => {
  const decoded = (...chunks: readonly Chunk[]) => [...decodePng(pngOf(...chunks)).data];
  deepEqual(decoded(ihdr(1, 1), idat([[1, 2, 3]]), iend), [1, 2, 3]);
  deepEqual(decoded(ihdr(1, 1, 8, 0), idat([[77]]), iend), [77, 77, 77]);
  deepEqual(decoded(ihdr(3, 1, 1, 0), idat([[0b10100000]]), iend), [
    ...[255, 255, 255],
    ...[0, 0, 0],
    ...[255, 255, 255],
  ]);
  deepEqual(decoded(ihdr(1, 1, 16, 0), idat([[0x80, 0x00]]), iend), [128, 128, 128]);
  deepEqual(decoded(ihdr(1, 1, 8, 6), idat([[10, 20, 30, 0]]), iend), [255, 255, 255]);
  deepEqual(decoded(ihdr(1, 1, 8, 4), idat([[0, 51]]), iend), [204, 204, 204]);
  deepEqual(
    decoded(ihdr(2, 1, 8, 0), ["tRNS", [0, 9]], idat([[9, 8]]), iend),
    [255, 255, 255, 8, 8, 8],
  );
  const palette: Chunk = ["PLTE", [1, 2, 3, 200, 100, 0]];
  deepEqual(
    decoded(ihdr(2, 1, 8, 3), palette, ["tRNS", [0]], idat([[0, 1]]), iend),
    [255, 255, 255, 200, 100, 0],
  );
});

Deno.test("an animation gives its still image, ancillary chunks and what follows the end are ignored", () => {
  const animated = pngOf(
    ihdr(1, 1),
    ["acTL", [0, 0, 0, 2, 0, 0, 0, 0]],
    ["iCCP", [1, 2, 3]],
    idat([[5, 6, 7]]),
    ["fdAT", [0, 0, 0, 1, 9, 9]],
    iend,
  );
  deepEqual([...decodePng(new Uint8Array([...animated, 1, 2, 3])).data], [5, 6, 7]);
});

const pixel = idat([[1, 2, 3]]);
const whole = pngOf(ihdr(1, 1), pixel, iend);
const stream = new Uint8Array(deflateSync(Uint8Array.of(0, 1, 2, 3)));
const wrongAdler = stream.with(-1, (stream.at(-1) ?? 0) ^ 1);
const damaged = whole.with(45, (whole[45] ?? 0) ^ 1);
const refusals: [what: string, bytes: Uint8Array, code: ProblemCode, says: RegExp][] = [
  ["nothing", new Uint8Array(0), "image_empty", /0 bytes/],
  ["a JPEG", new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16]), "image_not_png", /a JPEG/],
  ["a TIFF", new Uint8Array([0x49, 0x49, 0x2a, 0, 8, 0]), "image_not_png", /a TIFF/],
  ["three bytes", whole.slice(0, 3), "image_truncated", /signature/],
  ["half a header", whole.slice(0, 20), "image_truncated", /IHDR/],
  ["half the pixels", whole.slice(0, 45), "image_truncated", /IDAT/],
  ["no end", whole.slice(0, -12), "image_truncated", /IEND/],
  ["a flipped bit", damaged, "image_corrupt", /checksum/],
  ["no pixels", pngOf(ihdr(1, 1), iend), "image_corrupt", /IDAT/],
  ["no width", pngOf(ihdr(0, 1), pixel, iend), "image_corrupt", /0 x 1/],
  ["color type 5", pngOf(ihdr(1, 1, 8, 5), pixel, iend), "image_corrupt", /color type is 5/],
  ["4-bit RGB", pngOf(ihdr(1, 1, 4, 2), pixel, iend), "image_corrupt", /bit depth is 4/],
  ["no palette", pngOf(ihdr(1, 1, 8, 3), idat([[0]]), iend), "image_corrupt", /palette/],
  [
    "a color beyond the palette",
    pngOf(ihdr(1, 1, 8, 3), ["PLTE", [0, 0, 0]], idat([[1]]), iend),
    "image_corrupt",
    /a color that its palette does not have/,
  ],
  [
    "an unknown critical chunk",
    pngOf(ihdr(1, 1), ["QQQQ", []], pixel, iend),
    "image_corrupt",
    /QQQQ/,
  ],
  [
    "no such filter",
    pngOf(ihdr(1, 1), ["IDAT", deflateSync(Uint8Array.of(9, 1, 2, 3))], iend),
    "image_corrupt",
    /filter/i,
  ],
  [
    "no zlib stream",
    pngOf(ihdr(1, 1), ["IDAT", [1, 2, 3, 4, 5]], iend),
    "image_corrupt",
    /inflated/,
  ],
  ["too few rows", pngOf(ihdr(1, 2), pixel, iend), "image_truncated", /4 bytes .* 8/],
  ["a wrong Adler-32", pngOf(ihdr(1, 1), ["IDAT", wrongAdler], iend), "image_corrupt", /inflated/],
  [
    "no Adler-32",
    pngOf(ihdr(1, 1), ["IDAT", stream.slice(0, -4)], iend),
    "image_truncated",
    /end too early/,
  ],
  [
    "pixels that another chunk cuts in two",
    pngOf(
      ihdr(1, 1),
      ["IDAT", stream.slice(0, 5)],
      ["tEXt", [65, 0]],
      ["IDAT", stream.slice(5)],
      iend,
    ),
    "image_truncated",
    /end too early/,
  ],
  [
    "two palettes",
    pngOf(ihdr(1, 1, 8, 3), ["PLTE", [0, 0, 0]], ["PLTE", [1, 1, 1]], idat([[0]]), iend),
    "image_corrupt",
    /two palettes/,
  ],
  [
    "a palette of 4 bytes",
    pngOf(ihdr(1, 1, 8, 3), ["PLTE", [0, 0, 0, 0]], idat([[0]]), iend),
    "image_corrupt",
    /4 bytes/,
  ],
  [
    "Apple's CgBI",
    pngOf(["CgBI", [0x50, 0, 0x20, 2]], ihdr(1, 1), pixel, iend),
    "image_unsupported",
    /CgBI.*pngcrush/,
  ],
  ["a million empty IDAT chunks", manyChunks(1_000_000), "image_unsupported", /21718 chunks/],
];

for (const [what, bytes, code, says] of refusals) {
  Deno.test(`${what} is refused as ${code}`, () => {
    throws(() => decodePng(bytes), (thrown) => {
      ok(thrown instanceof Problem);
      equal(thrown.code, code);
      ok(says.test(thrown.message), thrown.message);
      return true;
    });
  });
}

/** A PNG of one pixel, with empty IDAT chunks before those with its pixels. */
function manyChunks(count: number): Uint8Array {
  const empty = pngOf(["IDAT", []]).subarray(8);
  const chunks = new Uint8Array(count * empty.length);
  for (let i = 0; i < count; i++) chunks.set(empty, i * empty.length);
  return new Uint8Array([...whole.subarray(0, 33), ...chunks, ...whole.subarray(33)]);
}

const alpha = idat([[10, 20, 30, 255]]);
const palette: Chunk = ["PLTE", [1, 2, 3]];
/** What libpng only warns about, so that the picture is whole. */
const read: [what: string, bytes: Uint8Array, rgb: readonly number[]][] = [
  [
    "tRNS beside an alpha channel",
    pngOf(ihdr(1, 1, 8, 6), ["tRNS", [0, 10, 0, 20, 0, 30]], alpha, iend),
    [10, 20, 30],
  ],
  ["a tRNS of 7 bytes", pngOf(ihdr(1, 1), ["tRNS", [0, 1, 0, 2, 0, 3, 0]], pixel, iend), [1, 2, 3]],
  ["an empty tRNS", pngOf(ihdr(1, 1), ["tRNS", []], pixel, iend), [1, 2, 3]],
  [
    "more alphas than colors",
    pngOf(ihdr(1, 1, 8, 3), palette, ["tRNS", [0, 0]], idat([[0]]), iend),
    [1, 2, 3],
  ],
  ["tRNS before the palette", pngOf(ihdr(1, 1, 8, 3), ["tRNS", [0]], palette, idat([[0]]), iend), [
    1,
    2,
    3,
  ]],
  ["tRNS behind the pixels", pngOf(ihdr(1, 1), pixel, ["tRNS", [0, 1, 0, 2, 0, 3]], iend), [
    1,
    2,
    3,
  ]],
  [
    "high bits in tRNS, which do not count",
    pngOf(ihdr(1, 1), ["tRNS", [9, 1, 9, 2, 9, 3]], pixel, iend),
    [255, 255, 255],
  ],
  [
    "more colors than the bit depth can name",
    pngOf(ihdr(1, 1, 1, 3), ["PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]], idat([[0x80]]), iend),
    [4, 5, 6],
  ],
  [
    "a palette of 4 bytes that is not used",
    pngOf(ihdr(1, 1), ["PLTE", [0, 0, 0, 0]], pixel, iend),
    [1, 2, 3],
  ],
  ["a suggested palette that is cut", pngOf(ihdr(1, 1), ["sPLT", [65]], pixel, iend), [1, 2, 3]],
  ["one byte of pixels too many", pngOf(ihdr(1, 1), idat([[1, 2, 3, 4]]), iend), [1, 2, 3]],
  ["a row too many", pngOf(ihdr(1, 1), idat([[1, 2, 3], [4, 5, 6]]), iend), [1, 2, 3]],
  ["a megabyte of rows too many", surplusOf(1_000_000), [0, 0, 0]],
  ["bytes behind the zlib stream", pngOf(ihdr(1, 1), ["IDAT", [...stream, 1, 2]], iend), [1, 2, 3]],
  [
    "an IDAT behind another chunk",
    pngOf(ihdr(1, 1), pixel, ["tEXt", [65, 0]], ["IDAT", [9]], iend),
    [1, 2, 3],
  ],
  [
    "IDATs of one byte",
    pngOf(ihdr(1, 1), ...[...stream].map((byte): Chunk => ["IDAT", [byte]]), iend),
    [1, 2, 3],
  ],
];

for (const [what, bytes, rgb] of read) {
  Deno.test(`a PNG with ${what} is read`, () => deepEqual([...decodePng(bytes).data], [...rgb]));
}

function surplusOf(size: number): Uint8Array {
  return pngOf(ihdr(1, 1), ["IDAT", deflateSync(new Uint8Array(size))], iend);
}

Deno.test("what follows the pixels costs neither time nor memory", () => {
  const bytes = surplusOf(200_000_000);
  const before = Deno.memoryUsage().rss;
  const started = performance.now();
  deepEqual([...decodePng(bytes).data], [0, 0, 0]);
  ok(performance.now() - started < 500);
  ok(Deno.memoryUsage().rss - before < 50_000_000);
});

Deno.test("a million empty IDAT chunks cost little", () => {
  const bytes = manyChunks(1_000_000);
  const started = performance.now();
  throws(() => decodePng(bytes), { code: "image_unsupported" });
  ok(performance.now() - started < 500);
});

sharedTest("PNGs that libpng only warns about have the pixels that Pillow gives", async () => {
  for (const name of ["rgba-with-trns", "one-byte-too-many"]) {
    const { data } = decodePng(await Deno.readFile(`${shared}/failing-inputs/${name}.png`));
    equal(
      createHash("sha256").update(data).digest("hex"),
      "ea151d5f0b56f38f52667603840a2833c9f11356f1f425d81d3f47bcd80fd68e",
      name,
    );
  }
});

sharedTest("a PNG that Xcode made is refused by that name", async () => {
  const bytes = await Deno.readFile(`${shared}/failing-inputs/apple-cgbi.png`);
  throws(() => decodePng(bytes), { code: "image_unsupported", message: /CgBI.*xcrun/ });
});

Deno.test("a codec that failed does not disturb the next picture", () => {
  const noFilter = pngOf(ihdr(1, 1), ["IDAT", deflateSync(Uint8Array.of(9, 1, 2, 3))], iend);
  for (let i = 0; i < 100; i++) {
    throws(() => decodePng(noFilter), { code: "image_corrupt" });
    deepEqual([...decodePng(whole).data], [1, 2, 3]);
  }
});
