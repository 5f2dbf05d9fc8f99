import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { PNG } from "pngjs";
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

Deno.test("RGB, grey, palette, 16 bit and transparency become RGB on white", () => {
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
  ["colour type 5", pngOf(ihdr(1, 1, 8, 5), pixel, iend), "image_corrupt", /colour type is 5/],
  ["4-bit RGB", pngOf(ihdr(1, 1, 4, 2), pixel, iend), "image_corrupt", /bit depth is 4/],
  ["no palette", pngOf(ihdr(1, 1, 8, 3), idat([[0]]), iend), "image_corrupt", /palette/],
  [
    "a colour beyond the palette",
    pngOf(ihdr(1, 1, 8, 3), ["PLTE", [0, 0, 0]], idat([[1]]), iend),
    "image_corrupt",
    /colour 1 of a palette of 1/,
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
  ["a megabyte of zeros", bomb(1_000_000), "image_bomb", /more than the 4 bytes/],
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

function bomb(size: number): Uint8Array {
  return pngOf(ihdr(1, 1), ["IDAT", deflateSync(new Uint8Array(size))], iend);
}

Deno.test("a bomb costs no more memory than its header declares", () => {
  const bytes = bomb(200_000_000);
  const before = Deno.memoryUsage().rss;
  throws(() => decodePng(bytes), { code: "image_bomb" });
  ok(Deno.memoryUsage().rss - before < 50_000_000);
});
