import { equal, ok } from "node:assert/strict";
import { maskAt } from "../../src/image/mask.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { decodeField } from "../../src/image/decode_field.ts";
import { readOverview } from "../../src/slide_search/overview.ts";
import { findTissue } from "../../src/slide_search/tissue.ts";
import { shared, sharedTest } from "../optional.ts";
import { drawnSlide, GLASS, memorySlide, paste, plainPicture, TISSUE } from "./memory_slide.ts";

/** Colors of ink and of stains, as they are on an overview. */
const COLORS = {
  blackInk: [40, 40, 45],
  greenInk: [60, 150, 90],
  blueInk: [50, 70, 160],
  redInk: [210, 50, 60],
  hematoxylin: [110, 90, 150],
  eosin: [230, 150, 190],
  paleEosin: [240, 215, 228],
  grayDust: [200, 200, 200],
  darkNuclei: [70, 45, 110],
} as const;

/** An overview at 8 um per pixel of 0.25 um: glass with a square of one color. */
function overviewWith(color: readonly number[]): RgbImage {
  const image = plainPicture(200, 150, GLASS);
  paste(image, plainPicture(60, 60, color), 50, 40);
  return image;
}

function found(color: readonly number[]) {
  const { tissue, pen } = findTissue({ image: overviewWith(color), cell: 32 }, 0.25);
  const middle = { x: 80 * 32, y: 70 * 32 };
  return maskAt(tissue, middle) ? "tissue" : maskAt(pen, middle) ? "pen" : "glass";
}

Deno.test("stains are tissue, ink of a pen is not, and dust is glass", () => {
  for (const name of ["hematoxylin", "eosin", "paleEosin", "darkNuclei"] as const) {
    equal(found(COLORS[name]), "tissue", name);
  }
  for (const name of ["blackInk", "greenInk", "blueInk", "redInk"] as const) {
    equal(found(COLORS[name]), "pen", name);
  }
  equal(found(COLORS.grayDust), "glass");
  equal(found(GLASS), "glass");
});

Deno.test("the tissue of a drawn slide is where it was drawn, whichever level it is read from", async () => {
  const picture = await drawnSlide();
  for (const levels of [1, 2, 3]) {
    const overview = await readOverview(memorySlide(picture, { mpp: 0.25, levels }), 0.25);
    equal(overview.cell, 32);
    ok(Math.abs(overview.image.width - picture.width / 32) < 1);
    const { tissue, pen } = findTissue(overview, 0.25);
    const cells = tissue.data.reduce((sum, value) => sum + value, 0);
    const expected = TISSUE.width * TISSUE.height / 32 ** 2;
    ok(Math.abs(cells / expected - 1) < 0.06, `${levels} levels: ${cells} of ${expected} cells`);
    equal(pen.data.includes(1), false);
    ok(maskAt(tissue, { x: 1400, y: 1000 }) && !maskAt(tissue, { x: 300, y: 1000 }));
  }
});

sharedTest("nearly all of dense tissue is found, and little of it is taken for ink", async () => {
  for (const file of ["midesec/P0_00.png", "midesec/P0_33.png", "brecahad/10011.jpg"]) {
    const bytes = await Deno.readFile(`${shared}/fields/${file}`);
    const picture = await decodeField(bytes, 1e8);
    const { tissue, pen } = findTissue(await readOverview(memorySlide(picture), 0.25), 0.25);
    const share = (mask: { readonly data: Uint8Array }) =>
      mask.data.reduce((sum, value) => sum + value, 0) / mask.data.length;
    ok(share(tissue) > 0.9, `${file}: ${share(tissue)}`);
    equal(share(pen), 0, file);
  }
});
