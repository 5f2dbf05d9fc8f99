import type { RgbImage } from "../../image/rgb_image.ts";
import type { FieldResult } from "../result.ts";
import { canvasOf, frame, textHeight, toPng, write } from "./canvas.ts";
import { DETECTION_COLORS } from "./colors.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";

/** What an overlay shows. */
export type Overlay = Pick<FieldResult, "image" | "detections" | "summary">;

/** Width and height of a box, in micrometers: the window that a network sees. */
const BOX = 16;

/** Below this a place is not drawn, so that those worth a look are not lost among all nuclei. */
const LEAST = 0.05;

/**
 * Draws what was found over the field: a green box around each mitosis with its probability, a yellow
 * one around what is below the threshold (where that was kept), a scale bar, and the count.
 *
 * @returns A PNG file.
 */
export function drawOverlay(
  image: RgbImage,
  { image: { mpp }, detections, summary }: Overlay,
): Uint8Array {
  const { canvas, shrink } = canvasOf(image);
  const dot = Math.max(2, Math.round(Math.max(canvas.width, canvas.height) / 700));
  const side = Math.max(5, BOX / mpp / shrink);
  const drawn = detections.filter(({ probability, mitosis }) => mitosis || probability >= LEAST);
  for (const { x, y, probability, mitosis } of drawn.reverse()) {
    const left = x / shrink - side / 2;
    const top = y / shrink - side / 2;
    const color = mitosis ? DETECTION_COLORS.mitosis : DETECTION_COLORS.belowThreshold;
    frame(canvas, left, top, side, side, Math.max(2, dot), color);
    write(canvas, probability.toFixed(2), left, top - textHeight(dot), dot);
  }
  drawScaleBar(canvas, mpp * shrink, dot);
  const { count, perMm2 } = summary;
  write(canvas, `${count} ${count === 1 ? "mitosis" : "mitoses"}, ${perMm2} / mm²`, 0, 0, dot);
  write(canvas, "for research only", 0, textHeight(dot), dot);
  return toPng(canvas);
}
