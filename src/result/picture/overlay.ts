import type { RgbImage } from "../../image/rgb_image.ts";
import type { FieldResult } from "../result.ts";
import { describeScale } from "../scale.ts";
import { canvasOf, dotSize, drawFrame, textHeight, toPng, write, writeLines } from "./canvas.ts";
import { DETECTION_COLORS } from "./colors.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";

/** What an overlay shows. */
export type Overlay = Pick<FieldResult, "image" | "detections" | "summary">;

/** Side of a box in micrometers: the window that the network sees. */
const BOX_SIDE_UM = 16;

/** Points of a lower probability are left out, so that those worth a look are not lost among all nuclei. */
const MIN_PROBABILITY = 0.05;

/**
 * Draws detections over the field: a green box around each mitosis with its probability, a yellow one
 * around each point below the threshold (where these were kept), the count, the scale and a scale bar.
 *
 * @returns A PNG file.
 */
export function drawOverlay(
  picture: RgbImage,
  { image, detections, summary: { count, perMm2 } }: Overlay,
): Uint8Array {
  const { canvas, shrink } = canvasOf(picture);
  const dot = dotSize(canvas);
  const side = Math.max(5, BOX_SIDE_UM / image.mpp / shrink);
  const drawn = detections.filter(({ probability, mitosis }) =>
    mitosis || probability >= MIN_PROBABILITY
  );
  for (const { x, y, probability, mitosis } of drawn.reverse()) {
    const left = x / shrink - side / 2;
    const top = y / shrink - side / 2;
    const color = mitosis ? DETECTION_COLORS.mitosis : DETECTION_COLORS.belowThreshold;
    drawFrame(canvas, left, top, side, side, Math.max(2, dot), color);
    write(canvas, probability.toFixed(2), left, top - textHeight(dot), dot);
  }
  drawScaleBar(canvas, image.mpp * shrink, dot);
  writeLines(canvas, [
    `${count} ${count === 1 ? "mitosis" : "mitoses"}, ${perMm2} / mm²`,
    "for research use only",
    describeScale(image),
  ], dot);
  return toPng(canvas);
}
