import type { RgbImage } from "../../image/rgb_image.ts";
import type { FieldResult } from "../result.ts";
import { type Canvas, canvasOf, textHeight, toPng, write } from "./canvas.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";

/** What a heat map shows. */
export type HeatMap = Pick<FieldResult, "image" | "scored">;

/** A place warms its surroundings to this distance, in micrometers. */
const REACH = 7.5;

/**
 * Draws how probable a mitosis is over the field: each place that was scored warms what is around it,
 * less with the distance; the warmest counts. From clear over yellow to red, on gray.
 *
 * @returns A PNG file.
 */
export function drawHeatMap(image: RgbImage, { image: { mpp }, scored }: HeatMap): Uint8Array {
  const { canvas, shrink } = canvasOf(image);
  const { width, height, data } = canvas;
  const warmth = warmthOf(canvas, scored, shrink, REACH / mpp / shrink);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * 3;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    const gray = 0.3 * red + 0.59 * green + 0.11 * blue;
    const warm = warmth[pixel] as number;
    const share = 0.75 * Math.min(1, warm * 1.5);
    data[at] = Math.round(gray * (1 - share) + 255 * share);
    data[at + 1] = Math.round(gray * (1 - share) + 255 * (1 - warm) * share);
    data[at + 2] = Math.round(gray * (1 - share));
  }
  const dot = Math.max(2, Math.round(Math.max(width, height) / 700));
  drawScaleBar(canvas, mpp * shrink, dot);
  write(canvas, "for research only", 0, 0, dot);
  write(canvas, "red most probable, yellow less", 0, textHeight(dot), dot);
  return toPng(canvas);
}

function warmthOf(
  { width, height }: Canvas,
  scored: HeatMap["scored"],
  shrink: number,
  reach: number,
): Float32Array {
  const warmth = new Float32Array(width * height);
  for (const place of scored) {
    if (place.probability < 0.02) continue;
    const cx = place.x / shrink;
    const cy = place.y / shrink;
    for (let y = Math.max(0, Math.ceil(cy - reach)); y <= Math.min(height - 1, cy + reach); y++) {
      for (let x = Math.max(0, Math.ceil(cx - reach)); x <= Math.min(width - 1, cx + reach); x++) {
        const near = 1 - ((x - cx) ** 2 + (y - cy) ** 2) / (reach * reach);
        const warm = Math.max(0, near) * place.probability;
        if (warm > (warmth[y * width + x] as number)) warmth[y * width + x] = warm;
      }
    }
  }
  return warmth;
}
