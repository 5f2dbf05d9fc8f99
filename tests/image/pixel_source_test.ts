import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { pictureSource } from "../../src/image/pixel_source.ts";
import { cropNaively, grayImage, randomImage, redsOf } from "./random_image.ts";

Deno.test("a picture in memory tells its size, and its resolution where one is known", () => {
  const { width, height, mpp } = pictureSource(randomImage(7, 5), 0.23);
  deepEqual({ width, height, mpp }, { width: 7, height: 5, mpp: 0.23 });
  equal(pictureSource(randomImage(7, 5)).mpp, undefined);
});

Deno.test("at scale 1 it reads the pixels as they are stored", async () => {
  const image = randomImage(30, 20);
  const source = pictureSource(image);
  deepEqual(await source.read({ x: 0, y: 0, width: 30, height: 20 }, 1), image);
  for (const [x, y, width, height] of [[0, 0, 1, 1], [29, 19, 1, 1], [5, 7, 20, 13]] as const) {
    const region = { x, y, width, height };
    deepEqual(await source.read(region, 1), cropNaively(image, region));
  }
});

Deno.test("at another scale the region is one of the scaled picture", async () => {
  // A ramp of 4 gray levels per pixel. At half the size it has 8 levels per pixel, from 2 on.
  const source = pictureSource(grayImage(60, 10, (x) => 4 * x));
  const read = await source.read({ x: 10, y: 2, width: 4, height: 2 }, 0.5);
  deepEqual(redsOf(read), [[82, 90, 98, 106], [82, 90, 98, 106]]);
});

Deno.test("it rejects with the reason of a signal that has fired", async () => {
  const source = pictureSource(randomImage(4, 4));
  const reason = new Error("the client left");
  const read = async () =>
    await source.read({ x: 0, y: 0, width: 4, height: 4 }, 1, AbortSignal.abort(reason));
  await rejects(read, reason);
  ok(await source.read({ x: 0, y: 0, width: 4, height: 4 }, 1, new AbortController().signal));
});
