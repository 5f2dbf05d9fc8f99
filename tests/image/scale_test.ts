import { equal, rejects } from "node:assert/strict";
import { openPictureFile } from "../../src/image/decode_field.ts";
import { APP0, APP1, EOI, frame, jpegOf, type JpegSegment, SOS } from "../jpeg_writer.ts";
import { shared, sharedTest } from "../optional.ts";
import { type Chunk, idat, iend, ihdr, pngOf } from "../png_writer.ts";

/** Reads the scale that a file states. */
async function mppOf(bytes: Uint8Array): Promise<number | undefined> {
  return (await openPictureFile(bytes, 1e8)).mpp;
}

const pixel = idat([[1, 2, 3]]);

function pngWith(...chunks: readonly Chunk[]): Uint8Array {
  return pngOf(ihdr(1, 1), ...chunks, pixel, iend);
}

function phys(x: number, y: number, unit: number): Chunk {
  const view = new DataView(new ArrayBuffer(9));
  view.setUint32(0, x);
  view.setUint32(4, y);
  view.setUint8(8, unit);
  return ["pHYs", new Uint8Array(view.buffer)];
}

Deno.test("pHYs of a PNG gives micrometers per pixel where a microscope can have them", async () => {
  equal(await mppOf(pngWith(phys(4_000_000, 4_000_000, 1))), 0.25);
  equal(await mppOf(pngWith(phys(2_000_000, 2_000_000, 1))), 0.5);
  equal(await mppOf(pngWith(phys(2_000_000, 2_000_000, 0))), undefined, "no unit");
  equal(await mppOf(pngWith(phys(2_835, 2_835, 1))), undefined, "72 dpi");
  equal(await mppOf(pngWith(phys(23_622, 23_622, 1))), undefined, "600 dpi");
  equal(await mppOf(pngWith(phys(2_000_000, 1_950_000, 1))), undefined, "not square");
  equal(await mppOf(pngWith(phys(0, 0, 1))), undefined, "none");
  equal(await mppOf(pngWith(["pHYs", [1, 2]])), undefined, "cut");
  equal(await mppOf(pngOf(ihdr(1, 1), pixel, phys(2e6, 2e6, 1), iend)), undefined, "too late");
  equal(await mppOf(pngWith()), undefined);
});

function jfif(unit: number, x: number, y: number): JpegSegment {
  return [APP0, [...letters("JFIF\0"), 1, 2, unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0]];
}

function jpegWith(...segments: readonly JpegSegment[]): Uint8Array {
  return jpegOf(...segments, frame(8, 8), [SOS, [1, 1, 0, 0, 63, 0]], [0], EOI);
}

Deno.test("the density of JFIF gives micrometers per pixel where a microscope can have them", async () => {
  equal(await mppOf(jpegWith(jfif(1, 50_800, 50_800))), 0.5);
  equal(await mppOf(jpegWith(jfif(2, 20_000, 20_000))), 0.5);
  equal(await mppOf(jpegWith(jfif(2, 40_000, 40_000))), 0.25);
  equal(await mppOf(jpegWith(jfif(0, 50_800, 50_800))), undefined, "no unit");
  for (const dpi of [0, 1, 72, 96, 150, 300, 600]) {
    equal(await mppOf(jpegWith(jfif(1, dpi, dpi))), undefined, `${dpi} dpi`);
  }
  equal(await mppOf(jpegWith(jfif(1, 50_800, 50_000))), undefined, "not square");
  equal(await mppOf(jpegWith()), undefined);
});

interface Entry {
  readonly tag: number;
  /** A fraction, or one uint16. */
  readonly value: readonly [number, number] | number;
}

function exif(littleEndian: boolean, entries: readonly Entry[], cut = 0): JpegSegment {
  const fractions = 8 + 2 + 12 * entries.length + 4;
  const view = new DataView(new ArrayBuffer(fractions + 8 * entries.length));
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, entries.length, littleEndian);
  entries.forEach(({ tag, value }, i) => {
    const [at, far] = [10 + 12 * i, fractions + 8 * i];
    view.setUint16(at, tag, littleEndian);
    view.setUint16(at + 2, typeof value === "number" ? 3 : 5, littleEndian);
    view.setUint32(at + 4, 1, littleEndian);
    if (typeof value === "number") view.setUint16(at + 8, value, littleEndian);
    else {
      view.setUint32(at + 8, far, littleEndian);
      view.setUint32(far, value[0], littleEndian);
      view.setUint32(far + 4, value[1], littleEndian);
    }
  });
  const data = [...letters("Exif\0\0"), ...new Uint8Array(view.buffer)];
  return [APP1, data.slice(0, data.length - cut)];
}

Deno.test("Exif gives micrometers per pixel, in both byte orders, in inches and centimeters", async () => {
  for (const littleEndian of [true, false]) {
    const scale = (x: Entry["value"], y: Entry["value"], unit?: number) =>
      mppOf(jpegWith(exif(littleEndian, [
        { tag: 282, value: x },
        { tag: 283, value: y },
        ...(unit === undefined ? [] : [{ tag: 296, value: unit }]),
      ])));
    equal(await scale([508_000, 10], [508_000, 10], 2), 0.5);
    equal(await scale([20_000, 1], [20_000, 1], 3), 0.5);
    equal(await scale([50_800, 1], [50_800, 1]), 0.5, "inches where no unit is given");
    equal(await scale([50_800, 1], [50_800, 1], 1), undefined, "no unit");
    equal(await scale([72, 1], [72, 1], 2), undefined, "72 dpi");
    equal(await scale([50_800, 1], [49_000, 1], 2), undefined, "not square");
    equal(await scale([50_800, 0], [50_800, 0], 2), undefined, "divided by 0");
  }
});

Deno.test("Exif that is cut gives none, two resolutions that contradict each other give none", async () => {
  const entries: Entry[] = [{ tag: 282, value: [50_800, 1] }];
  for (let cut = 1; cut < 40; cut++) {
    equal(await mppOf(jpegWith(exif(true, entries, cut))), undefined);
  }
  equal(await mppOf(jpegWith(jfif(1, 72, 72), exif(true, entries))), 0.5);
  equal(await mppOf(jpegWith(jfif(1, 50_800, 50_800), exif(true, entries))), 0.5);
  equal(await mppOf(jpegWith(jfif(1, 25_400, 25_400), exif(true, entries))), undefined);
});

Deno.test("a file whose headers are damaged is refused", async () => {
  await rejects(mppOf(pngWith().subarray(0, 20)), { code: "image_truncated" });
  await rejects(mppOf(jpegOf([0xff, 0])), { code: "image_corrupt" });
});

sharedTest("a JPEG of 50,800 dpi has 0.5 micrometers per pixel", async () => {
  equal(await mppOf(await Deno.readFile(`${shared}/failing-inputs/half-micron-tagged.jpg`)), 0.5);
});

function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
