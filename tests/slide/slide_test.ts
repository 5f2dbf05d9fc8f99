import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { openSlide, type Slide } from "../../src/slide/slide.ts";
import type { TiffOptions } from "../tiff_writer.ts";
import { tiffOf } from "../tiff_writer.ts";
import { APERIO, drawnPage, drawnRegion, drawnSlide, withFile } from "./drawn_slide.ts";

async function withSlide(
  bytes: Uint8Array,
  run: (slide: Slide, path: string) => Promise<void>,
): Promise<void> {
  await withFile(bytes, "slide.svs", async (path) => {
    const slide = await openSlide(path);
    try {
      await run(slide, path);
    } finally {
      slide.close();
    }
  });
}

/** Opens a slide, which has to fail. */
function refused(bytes: Uint8Array, problem: { code: string; message: RegExp }): Promise<void> {
  return withFile(bytes, "slide.svs", (path) => rejects(openSlide(path), problem));
}

for (const options of [{}, { big: true }, { bigEndian: true }, { big: true, bigEndian: true }]) {
  Deno.test(`each level of a pyramid is read at any place: ${JSON.stringify(options)}`, async () => {
    await checkLevels(options);
  });
}

async function checkLevels(options: TiffOptions): Promise<void> {
  await withSlide(drawnSlide(options), async (slide) => {
    equal(slide.format, "Aperio SVS, uncompressed");
    equal(slide.mpp, 0.25);
    deepEqual(slide.levels, [
      { width: 500, height: 300, downsample: 1, tileWidth: 64, tileHeight: 64 },
      { width: 250, height: 150, downsample: 2, tileWidth: 64, tileHeight: 64 },
      { width: 125, height: 75, downsample: 4, tileWidth: 64, tileHeight: 64 },
    ]);
    for (const [level, { width, height }] of slide.levels.entries()) {
      const regions = [
        { x: 0, y: 0, width, height },
        { x: width - 1, y: height - 1, width: 1, height: 1 },
        { x: 63, y: 63, width: 2, height: 2 },
        { x: width - 70, y: height - 70, width: 70, height: 70 },
      ];
      for (const region of regions) {
        deepEqual((await slide.readLevel(level, region)).data, drawnRegion(level, region));
      }
      await rejects(slide.readLevel(level, { x: 1, y: 0, width, height: 1 }), RangeError);
    }
  });
}

Deno.test("label, macro, thumbnail and other pages are no levels", async () => {
  const bytes = tiffOf([
    drawnPage(0, 512, 256, { 270: APERIO }),
    // Of the proportions of the slide, but named a label; and one of other proportions.
    drawnPage(5, 256, 128, { 270: "Aperio Image Library v12.0.0 \r\nlabel 256x128" }),
    drawnPage(6, 256, 256, { 270: APERIO }),
    drawnPage(1, 128, 64, { 270: APERIO }),
  ]);
  await withSlide(bytes, async (slide) => {
    deepEqual(slide.levels.map(({ width, downsample }) => [width, downsample]), [[512, 1], [
      128,
      4,
    ]]);
    const region = { x: 0, y: 0, width: 128, height: 64 };
    deepEqual((await slide.readLevel(1, region)).data, drawnRegion(1, region));
  });
});

Deno.test("a tile that is listed without bytes is an error that names it; others are read", async () => {
  const page = drawnPage(0, 500, 300, { 270: APERIO });
  const strips = [...page.strips ?? []];
  strips[11] = new Uint8Array();
  await withSlide(tiffOf([{ ...page, strips }]), async (slide) => {
    const region = { x: 100, y: 60, width: 120, height: 100 };
    await rejects(slide.readLevel(0, region), {
      code: "image_corrupt",
      message: /Tile 11 of level 0, at pixel 192, 64/,
    });
    const left = { ...region, width: 92 };
    deepEqual((await slide.readLevel(0, left)).data, drawnRegion(0, left));
  });
});

Deno.test("a slide that was cut off is refused when it is opened, with the first tile", async () => {
  // The pages come last in a file of this writer; here they point behind the end of it.
  const page = drawnPage(0, 500, 300, { 270: APERIO });
  const offsets = Array.from({ length: 40 }, (_, i) => 1000 + i * 12_288);
  const { strips: _, ...rest } = page;
  const lengths = offsets.map(() => 12_288);
  const tags = { ...rest.tags, 324: offsets, 325: lengths };
  await refused(tiffOf([{ tags }]), {
    code: "image_truncated",
    message: /tile 0 of level 0 \(40 of 40 tiles are cut off\)/,
  });
  await refused(drawnSlide().subarray(0, 300_000), { code: "image_truncated", message: /send/ });
});

Deno.test("what is not in tiles is refused with the command that converts it", async () => {
  const { 322: _w, 323: _h, ...tags } = drawnPage(0, 500, 300).tags;
  await refused(tiffOf([{ tags: { ...tags, 278: 300 }, strips: [new Uint8Array(450_000)] }]), {
    code: "image_unsupported",
    message: /500 x 300 pixels in strips, not in tiles; convert it: vips tiffsave/,
  });
});

Deno.test("a file that is written to while it is read is an error", async () => {
  await withSlide(drawnSlide(), async (slide, path) => {
    await Deno.writeFile(path, new Uint8Array(1), { append: true });
    await rejects(slide.readLevel(0, { x: 0, y: 0, width: 9, height: 9 }), {
      code: "slide_changed",
    });
  });
});

Deno.test("the identity is that of a version of a file, wherever it is", async () => {
  await withSlide(drawnSlide(), async (slide, path) => {
    const again = await openSlide(path);
    equal(again.identity, slide.identity);
    again.close();
    await Deno.utime(path, 1e9, 1e9);
    const touched = await openSlide(path);
    notEqual(touched.identity, slide.identity);
    touched.close();
    equal(slide.identity.includes(path), false);
  });
});

Deno.test("regions that are read at the same time get the same tiles, in a small cache too", async () => {
  await withFile(drawnSlide(), "slide.svs", async (path) => {
    for (const maxCacheBytes of [0, 50_000, 1e8]) {
      const slide = await openSlide(path, { maxCacheBytes });
      const regions = Array.from({ length: 40 }, (_, i) => (
        { x: (i * 37) % 300, y: (i * 53) % 150, width: 200, height: 150 }
      ));
      const read = await Promise.all(regions.map((region) => slide.readLevel(0, region)));
      for (const [i, { data }] of read.entries()) {
        deepEqual(data, drawnRegion(0, regions[i] ?? { x: 0, y: 0, width: 0, height: 0 }));
      }
      slide.close();
    }
  });
});
