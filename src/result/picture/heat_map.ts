import type { RgbImage } from "../../image/rgb_image.ts";
import { type FieldResult, SAME_CELL_UM } from "../result.ts";
import { type Canvas, canvasOf, dotSize, toPng, writeLines } from "./canvas.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";
import { describeScale } from "../scale.ts";

/** The parts of a result that a heat map shows. */
export type HeatMap = Pick<FieldResult, "image" | "scored">;

/** Points of a lower probability get no color. */
const MIN_PROBABILITY = 0.02;

/**
 * Draws the probability of a mitosis over the picture of a field, which is turned gray. Each scored
 * point colors its surroundings up to {@linkcode SAME_CELL_UM} away, less with the distance. If several
 * overlap, the strongest color counts. Low probabilities are pale yellow, high ones red.
 *
 * @param picture The field at the resolution of its file.
 * @returns A PNG file.
 */
export function drawHeatMap(picture: RgbImage, { image, scored }: HeatMap): Uint8Array {
  const { canvas, shrink } = canvasOf(picture);
  const { width, height, data } = canvas;
  const heat = heatOf(canvas, scored, shrink, SAME_CELL_UM / image.mpp / shrink);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * 3;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    const gray = 0.3 * red + 0.59 * green + 0.11 * blue;
    const value = heat[pixel] as number;
    const opacity = 0.75 * Math.min(1, value * 1.5);
    data[at] = Math.round(gray * (1 - opacity) + 255 * opacity);
    data[at + 1] = Math.round(gray * (1 - opacity) + 255 * (1 - value) * opacity);
    data[at + 2] = Math.round(gray * (1 - opacity));
  }
  const dot = dotSize(canvas);
  drawScaleBar(canvas, image.mpp * shrink, dot);
  const lines = ["for research use only", "red most probable, yellow less", describeScale(image)];
  writeLines(canvas, lines, dot);
  return toPng(canvas);
}

/**
 * Computes how strongly each pixel of a canvas is colored.
 *
 * @param shrink Pixels of the file per pixel of the canvas.
 * @param radius Reach of a scored point, in pixels of the canvas.
 * @returns float32 `[height, width]`, 0 to 1.
 */
function heatOf(
  { width, height }: Canvas,
  scored: HeatMap["scored"],
  shrink: number,
  radius: number,
): Float32Array {
  const heat = new Float32Array(width * height);
  for (const { x: fullX, y: fullY, probability } of scored) {
    if (probability < MIN_PROBABILITY) continue;
    const [cx, cy] = [fullX / shrink, fullY / shrink];
    const bottom = Math.min(height - 1, cy + radius);
    const right = Math.min(width - 1, cx + radius);
    for (let y = Math.max(0, Math.ceil(cy - radius)); y <= bottom; y++) {
      for (let x = Math.max(0, Math.ceil(cx - radius)); x <= right; x++) {
        const nearness = 1 - ((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius);
        const value = Math.max(0, nearness) * probability;
        if (value > (heat[y * width + x] as number)) heat[y * width + x] = value;
      }
    }
  }
  return heat;
}
