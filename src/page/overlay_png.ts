/// <reference lib="dom" />
import { drawMark, drawScore } from "./markers.ts";
import { summaryOf } from "../result/summary.ts";
import { mitosesOf } from "./review.ts";
import { scaleBar } from "./scale_bar.ts";
import type { Field } from "./state.ts";

/** Height of the line of text under the picture, as a share of the picture's shorter side. */
const FOOT = 0.045;

/** The field as a picture: marks, probabilities, count, scale bar, and what it is not for. */
export async function overlayPng(
  picture: ImageBitmap,
  field: Field,
  threshold: number,
): Promise<Blob> {
  const { width, height, mpp, candidates } = field;
  const foot = Math.max(22, Math.round(Math.min(width, height) * FOOT));
  const canvas = new OffscreenCanvas(width, height + foot);
  const context = canvas.getContext("2d") as unknown as CanvasRenderingContext2D | null;
  if (context === null) throw new Error("The browser has no memory for a picture of this size.");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height + foot);
  context.drawImage(picture, 0, 0);
  const line = Math.max(2, foot / 18);
  const mitoses = mitosesOf(candidates, threshold);
  for (const candidate of mitoses) {
    const { x, y } = candidate;
    const mark = { candidate, threshold, selected: false, x, y, radius: 7.5 / mpp, line };
    drawMark(context, mark);
    drawScore(context, mark);
  }
  const { count, perMm2 } = summaryOf(field, mitoses.length);
  const bar = scaleBar(mpp, width / 5);
  context.fillStyle = "#111";
  context.fillRect(foot * 0.4, height + foot * 0.62, bar.pixels, foot * 0.14);
  context.font = `${foot * 0.4}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillText(bar.label, foot * 0.4, height + foot * 0.36);
  context.textAlign = "right";
  const counted = `${count} ${count === 1 ? "mitosis" : "mitoses"}, ${perMm2.toFixed(1)} per mm²`;
  context.fillText(
    `${counted}. For research use only. Not for diagnostic use.`,
    width - foot * 0.4,
    height + foot * 0.52,
    width - bar.pixels - foot,
  );
  return await canvas.convertToBlob({ type: "image/png" });
}
