import { deepEqual, equal, ok } from "node:assert/strict";
import { pictureSource } from "../../src/image/pixel_source.ts";
import type { Region } from "../../src/image/region.ts";
import { openSlide, type Slide } from "../../src/slide/slide.ts";
import { slideSource } from "../../src/slide/slide_source.ts";
import { drawnRegion, drawnSlide, withFile } from "./drawn_slide.ts";

/** Runs with a drawn slide, and with the levels that are read of it. */
async function withSlide(run: (slide: Slide, levels: number[]) => Promise<void>): Promise<void> {
  await withFile(drawnSlide(), "slide.svs", async (path) => {
    const opened = await openSlide(path);
    const levels: number[] = [];
    const slide: Slide = {
      ...opened,
      readLevel(level, region, signal) {
        levels.push(level);
        return opened.readLevel(level, region, signal);
      },
    };
    await run(slide, levels);
    opened.close();
  });
}

Deno.test("scale 1 gives the pixels of level 0 as they are", async () => {
  await withSlide(async (slide) => {
    const region = { x: 301, y: 157, width: 199, height: 143 };
    deepEqual((await slideSource(slide).read(region, 1)).data, drawnRegion(0, region));
  });
});

Deno.test("the smallest level that is fine enough is read", async () => {
  await withSlide(async (slide, levels) => {
    const source = slideSource(slide);
    const cases = [[2, 0], [1, 0], [0.51, 0], [0.5, 1], [0.3, 1], [0.25, 2], [0.01, 2]] as const;
    for (const [scale, level] of cases) {
      levels.length = 0;
      await source.read({ x: 0, y: 0, width: 1, height: 1 }, scale);
      deepEqual(levels, [level], `scale ${scale}`);
    }
    const region = { x: 11, y: 22, width: 33, height: 44 };
    deepEqual((await source.read(region, 0.5)).data, drawnRegion(1, region));
  });
});

Deno.test("a scaled region is that of the whole level scaled in memory", async () => {
  await withSlide(async (slide) => {
    const whole = { x: 0, y: 0, width: 500, height: 300 };
    const picture = pictureSource({ width: 500, height: 300, data: drawnRegion(0, whole) });
    for (const scale of [0.7, 0.9, 1.6]) {
      const region = { x: 30, y: 40, width: 270, height: 150 };
      deepEqual(
        (await slideSource(slide).read(region, scale)).data,
        (await picture.read(region, scale)).data,
        `scale ${scale}`,
      );
    }
  });
});

Deno.test("neighboring regions fit together without a seam, up to the border", async () => {
  await withSlide(async (slide) => {
    const source = slideSource(slide);
    for (const scale of [0.83, 0.41, 0.2, 0.07, 1.3]) {
      const [width, height] = [Math.round(500 * scale), Math.round(300 * scale)];
      const { data } = await source.read({ x: 0, y: 0, width, height }, scale);
      equal(data.length, 3 * width * height);
      for (let x = 0; x < width; x += 97) {
        const region = { x, y: 0, width: Math.min(97, width - x), height };
        deepEqual((await source.read(region, scale)).data, columnsOf(data, width, region));
      }
    }
  });
});

Deno.test("a level is read in parts where a scaled region needs too much of it", async () => {
  const requested: number[] = [];
  const size = { width: 40_000, height: 20_000 };
  const slide: Slide = {
    ...size,
    mpp: 0.25,
    format: "drawn",
    identity: "",
    levels: [{ ...size, downsample: 1, tileWidth: 256, tileHeight: 256 }],
    readLevel(_, { width, height }) {
      requested.push(width * height);
      return Promise.resolve({ width, height, data: new Uint8Array(3 * width * height).fill(99) });
    },
    close() {},
  };
  const region = { x: 10, y: 10, width: 45, height: 45 };
  const { data } = await slideSource(slide).read(region, 1 / 100);
  ok(data.every((value) => value === 99) && data.length === 3 * 45 * 45);
  ok(requested.length > 1 && Math.max(...requested) <= 1 << 24, `${requested}`);
});

/** Columns of a picture, all rows of them. */
function columnsOf(data: Uint8Array, width: number, region: Region): Uint8Array {
  const part = new Uint8Array(3 * region.width * region.height);
  for (let y = 0; y < region.height; y++) {
    const from = 3 * (y * width + region.x);
    part.set(data.subarray(from, from + 3 * region.width), 3 * y * region.width);
  }
  return part;
}
