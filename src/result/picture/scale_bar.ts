import { type Canvas, fill, textHeight, textWidth, write } from "./canvas.ts";

/** Lengths that a scale bar may have, in micrometers. */
const LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

/** Draws a scale bar of a round length, at most a quarter of the picture, in its lower left corner. */
export function drawScaleBar(canvas: Canvas, mpp: number, dot: number): void {
  const most = canvas.width / 4 * mpp;
  const microns = LENGTHS.findLast((length) => length <= most);
  if (microns === undefined) return;
  const pixels = microns / mpp;
  const left = 6 * dot;
  const top = canvas.height - 8 * dot;
  const text = microns >= 1000 ? `${microns / 1000} mm` : `${microns} µm`;
  fill(canvas, left - dot, top - dot, pixels + 2 * dot, 5 * dot, [0, 0, 0]);
  fill(canvas, left, top, pixels, 3 * dot, [255, 255, 255]);
  const middle = left + (pixels - textWidth(text, dot)) / 2;
  write(canvas, text, Math.max(left - dot, middle), top - dot - textHeight(dot), dot);
}
