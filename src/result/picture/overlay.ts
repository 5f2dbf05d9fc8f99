import type { RgbImage } from "../../image/rgb_image.ts";
import type { FieldResult } from "../result.ts";
import { describeScale } from "../scale.ts";
import { canvasOf, dotSize, drawFrame, textHeight, toPng, write, writeLines } from "./canvas.ts";
import { DETECTION_COLORS } from "./colors.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";

/** The parts of a result that an overlay shows. */
export type Overlay = Pick<FieldResult, "image" | "detections" | "summary">;

/** Side of a box in micrometers: that of the embedded network's window. */
const BOX_SIDE_UM = 16;

/**
 * A point below the threshold gets a box from this probability on. With lower ones nearly every
 * nucleus would have a box.
 */
const MIN_PROBABILITY = 0.05;

/**
 * Draws detections over the picture of a field: a green box around each mitosis, and a yellow box
 * around each listed point below the threshold whose probability is at least
 * {@linkcode MIN_PROBABILITY}. Writes the probability at each box. Adds the count, the scale and a
 * scale bar.
 *
 * @param picture The field at the resolution of its file.
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
  // The most probable is drawn last, so that no other box covers it.
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
