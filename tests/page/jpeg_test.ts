/// <reference lib="dom" />
import { equal, match } from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import { browserTest } from "../optional.ts";
import { visit } from "./visitor.ts";

/** Returns a gray JPEG, which the browser encodes. */
async function grayJpeg(page: Page, width: number, height: number): Promise<Uint8Array> {
  const bytes = await page.evaluate(async ([width, height]) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.fillStyle = "#999";
    context.fillRect(0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: "image/jpeg" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, [width, height] as const);
  return new Uint8Array(bytes);
}

/** Returns an APP1 segment of a JPEG (ISO/IEC 10918-1, B.2.4.6). */
function app1(content: Uint8Array): Uint8Array {
  const length = content.length + 2;
  return new Uint8Array([0xff, 0xe1, length >> 8, length & 255, ...content]);
}

/** Exif data with orientation 6, a rotation by 90 degrees (Exif 2.32, 4.6.2 and 4.6.4). */
const QUARTER_TURN = new Uint8Array([
  ...new TextEncoder().encode("Exif\0\0MM"),
  ...[0, 42, 0, 0, 0, 8], // The directory is at byte 8.
  ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], // One entry: orientation, a short, 6.
  ...[0, 0, 0, 0],
]);

browserTest(
  "a JPEG with an Exif orientation is shown unrotated, as the service reads it",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    const jpeg = await grayJpeg(page, 200, 120);
    const xmp = app1(new TextEncoder().encode("http://ns.adobe.com/xap/1.0/\0<x/>"));
    const turned = new Uint8Array([
      ...jpeg.subarray(0, 2),
      ...xmp,
      ...app1(QUARTER_TURN),
      ...jpeg.subarray(2),
    ]);
    const shown = await page.evaluate(async (bytes) => {
      const { width, height } = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      return `${width} × ${height}`;
    }, [...turned]);
    equal(shown, "120 × 200", "the browser itself rotates the image");
    await visitor.drop({ name: "turned.jpg", bytes: turned, type: "image/jpeg" });
    await visitor.waitForAnnouncement(/turned\.jpg: 0 mitoses/);
    await visitor.waitForCount("mm²", "0.00150"); // 200 * 120 * (0.25 µm)²
  },
);

browserTest(
  "a JPEG patch that is cut off is refused even if the browser would show it",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    const jpeg = await grayJpeg(page, 64, 64);
    await page.evaluate(() => {
      const decode = globalThis.createImageBitmap.bind(globalThis);
      const lenient = () => decode(new ImageData(64, 64));
      Object.assign(globalThis, { createImageBitmap: lenient });
    });
    await visitor.drop({ name: "cut.jpg", bytes: jpeg.slice(0, -20), type: "image/jpeg" });
    const alert = page.getByRole("alert");
    match(await alert.innerText(), /cut\.jpg\s+This JPEG is damaged or cut off/);
    equal(await page.locator(".counts").count(), 0);
  },
);
