import { deepEqual, equal, ok } from "node:assert/strict";
import { pictureSource, type PixelSource } from "../../src/image/pixel_source.ts";
import type { Point, Region } from "../../src/image/region.ts";
import { resample } from "../../src/image/resample.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { cutWindows } from "../../src/image/windows.ts";
import { findCandidates } from "../../src/search/candidates/candidates.ts";
import { CONCURRENT_TILES, type Field, fieldOf } from "../../src/search/field.ts";
import { cropNaively, randomImage } from "../image/random_image.ts";

const WINDOW = { width: 128, height: 128 };
const MODEL = { mpp: 0.25, ...WINDOW };

/** Cells of 6 px in random colors, so that there are candidates: 1100 x 600 px at 0.25 um. */
const cells = grown(randomImage(184, 100), 6, 1100, 600);

/** Enlarges the pixels of an image to squares. */
function grown(image: RgbImage, factor: number, width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const pixel = Math.floor(y / factor) * image.width + Math.floor(x / factor);
    return image.data[pixel * 3 + i % 3] ?? NaN;
  });
  return { width, height, data };
}

/** Fields of the cells, for windows of 128 px and of 8 px, and the whole picture at the model's resolution. */
function fieldAt(scale: 1 | 0.5): { field: Field; ofSmallWindows: Field; whole: RgbImage } {
  const image = scale === 1 ? cells : grown(cells, 2, 2200, 1200);
  const [width, height] = [image.width * scale, image.height * scale];
  const [source, mpp] = [pictureSource(image), 0.25 * scale];
  return {
    field: fieldOf(source, { mpp, model: MODEL }),
    ofSmallWindows: fieldOf(source, { mpp, model: { mpp: 0.25, width: 8, height: 8 } }),
    whole: resample(image, scale, { x: 0, y: 0, width, height }),
  };
}

/** Points at the corners of a tile, and up to 14 px (3.5 um) outside of it, but inside the picture. */
function pointsAtBorders({ x, y, width, height }: Region, picture: RgbImage): Point[] {
  const along = (from: number, count: number, length: number) =>
    [from - 14, from, from + count - 1, from + count + 13].filter((v) => v >= 0 && v < length);
  return along(y, height, picture.height).flatMap((row) =>
    along(x, width, picture.width).map((column) => ({ x: column, y: row }))
  );
}

for (const scale of [1, 0.5] as const) {
  const { field, ofSmallWindows, whole } = fieldAt(scale);

  Deno.test(`at scale ${scale} a field knows its sizes and its tiles`, () => {
    const { facts } = field;
    deepEqual([facts.width, facts.height], [1100 / scale, 600 / scale]);
    equal(facts.scale, scale);
    deepEqual(facts.scaled, { width: 1100, height: 600 });
    deepEqual(facts.tiles.map(({ x, y, width, height }) => [x, y, width, height]), [
      [0, 0, 512, 512],
      [512, 0, 512, 512],
      [1024, 0, 76, 512],
      [0, 512, 512, 88],
      [512, 512, 512, 88],
      [1024, 512, 76, 88],
    ]);
  });

  Deno.test(`at scale ${scale} windows at the borders of tiles are those of the whole picture`, async () => {
    for (const [tile, region] of field.facts.tiles.entries()) {
      const points = pointsAtBorders(region, whole);
      // The picture that refinement cuts has 4 px more on each side.
      for (const size of [WINDOW, { width: 136, height: 136 }]) {
        const windows = await field.windows(tile, points, size);
        deepEqual(windows, cutWindows(whole, points, size), `tile ${tile}`);
      }
    }
  });

  Deno.test(`at scale ${scale} the candidates of all tiles are those of the whole picture`, async () => {
    const expected = findCandidates(whole, MODEL.mpp);
    ok(expected.length > 50, `${expected.length} candidates`);
    const sorted = (points: readonly Point[]) => points.toSorted((a, b) => a.y - b.y || a.x - b.x);
    for (const searched of [field, ofSmallWindows]) {
      const found: Point[] = [];
      for (const tile of field.facts.tiles.keys()) found.push(...await searched.candidates(tile));
      deepEqual(sorted(found), sorted(expected));
    }
  });

  Deno.test(`at scale ${scale} a region has the pixels of the whole picture, and the caller may change them`, async () => {
    const region = { x: 490, y: 500, width: 40, height: 30 };
    const pixels = await field.region(region);
    deepEqual(pixels, cropNaively(whole, region).data);
    pixels.fill(0);
    deepEqual(await field.region(region), cropNaively(whole, region).data);
    const all = { x: 0, y: 0, ...field.facts.scaled };
    (await field.region(all)).fill(0);
    ok((await field.region(all)).some((value) => value > 0), "the picture is still there");
  });
}

/** A source that records what is read. */
function recorded(source: PixelSource): PixelSource & { readonly reads: Region[] } {
  const reads: Region[] = [];
  return {
    ...source,
    reads,
    read(region, scale, signal) {
      reads.push(region);
      return source.read(region, scale, signal);
    },
  };
}

Deno.test("a field keeps the pixels of two tiles, as many as are searched at the same time", async () => {
  equal(CONCURRENT_TILES, 2);
  const source = recorded(pictureSource(cells));
  const field = fieldOf(source, { mpp: 0.25, model: MODEL });
  const use = async (...tiles: readonly number[]) => {
    const before = source.reads.length;
    for (const tile of tiles) await field.windows(tile, [], WINDOW);
    return source.reads.length - before;
  };
  equal(source.reads.length, 0, "opening reads nothing");
  equal(await use(0, 1, 0, 1), 2, "two tiles are read once each");
  equal(await use(2, 1, 2), 1, "a third takes the place of the oldest");
  equal(await use(0), 1, "which is read again");
  await Promise.all([field.windows(3, [], WINDOW), field.candidates(3)]);
  equal(source.reads.length, 5, "two calls for a tile share one read");
  for (const { width, height } of source.reads) {
    ok(width <= 512 + 2 * 90 && height <= 512 + 2 * 90, `${width} x ${height} px`);
  }
  field.close();
  equal(await use(3), 1, "a closed field keeps none");
});
