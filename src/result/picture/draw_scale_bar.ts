import { chooseScaleBar } from "../scale_bar.ts";
import { type Canvas, fill, textHeight, textWidth, write } from "./canvas.ts";

/**
 * Draws a scale bar of a round length in the lower left corner. It takes at most a quarter of the
 * width.
 *
 * @param mpp Micrometers per pixel of the canvas.
 * @param dot Side of a dot of the label's letters, in pixels.
 */
export function drawScaleBar(canvas: Canvas, mpp: number, dot: number): void {
  const { label, pixels } = chooseScaleBar(mpp, canvas.width);
  const left = 6 * dot;
  const top = canvas.height - 8 * dot;
  fill(canvas, left - dot, top - dot, pixels + 2 * dot, 5 * dot, [0, 0, 0]);
  fill(canvas, left, top, pixels, 3 * dot, [255, 255, 255]);
  const middle = left + (pixels - textWidth(label, dot)) / 2;
  write(canvas, label, Math.max(left - dot, middle), top - dot - textHeight(dot), dot);
}
