import { Buffer } from "node:buffer";
import { deepEqual, rejects } from "node:assert/strict";
import pngjs from "npm:pngjs@7.0.0";
import { drawPicture } from "../../src/slide_folder/draw_picture.ts";
import type { Slide } from "../../src/slide/slide.ts";
import { memorySlide, plainPicture } from "../slide_search/memory_slide.ts";

Deno.test("a picture that takes too many pixels of its level is refused before any is read", async () => {
  const level = { width: 40_000, height: 30_000, downsample: 1, tileWidth: 256, tileHeight: 256 };
  const reads: unknown[] = [];
  const slide: Slide = {
    ...level,
    mpp: 0.25,
    format: "one level",
    levels: [level],
    identity: "one level",
    readLevel(_level, region) {
      reads.push(region);
      const data = new Uint8Array(region.width * region.height * 3);
      return Promise.resolve({ width: region.width, height: region.height, data });
    },
    close() {},
  };
  const picture = (side: number) =>
    drawPicture(slide, {
      region: { x: 0, y: 0, width: side, height: side },
      size: { width: 256, height: 256 },
      format: "png",
    });
  await rejects(picture(30_000), { code: "picture_too_large", message: /at most 20000000 are/ });
  deepEqual(reads, []);
  await picture(1024);
  // The last pixel has its center at 255.5 * 4 - 0.5 = 1021.5, and its filter has 17 taps from 1014 on.
  deepEqual(reads, [{ x: 0, y: 0, width: 1031, height: 1031 }]);
});

Deno.test("all sizes of a picture of one color have that color", async () => {
  const slide = memorySlide(plainPicture(1000, 700, [10, 20, 30]), { mpp: 0.25 });
  for (const [width, height] of [[500, 350], [333, 233], [7, 5], [1000, 1], [1, 700]] as const) {
    const png = await drawPicture(slide, {
      region: { x: 0, y: 0, width: 1000, height: 700 },
      size: { width, height },
      format: "png",
    });
    const read = pngjs.PNG.sync.read(Buffer.from(png));
    deepEqual([read.width, read.height], [width, height]);
    for (let at = 0; at < read.data.length; at += 4) {
      deepEqual([...read.data.subarray(at, at + 3)], [10, 20, 30]);
    }
  }
});
