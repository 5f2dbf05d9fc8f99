/// <reference lib="dom" />
import { researchUseOnly } from "../research_use.ts";
import { SAME_CELL_UM } from "../result/result.ts";
import { chooseScaleBar } from "../result/scale_bar.ts";
import { summaryOf } from "../result/summary.ts";
import { type Candidate, formatMitoses } from "./candidate.ts";
import { drawMark, drawProbability } from "./marks.ts";
import { describeScale, type Scale } from "./scale.ts";

/** Height of the footer under the picture, as a share of the picture's shorter side. */
const FOOTER_SHARE = 0.07;

/** Minimum height of the footer, in pixels. */
const MIN_FOOTER_HEIGHT = 34;

/**
 * Draws a field with the marks and probabilities of its mitoses. The footer below the picture has the scale
 * bar, the count, the density, the scale and its origin, and the research-use sentence.
 *
 * @returns A PNG file.
 * @throws {Error} If the picture is too large for the browser to draw.
 */
export async function overlayPng(
  picture: ImageBitmap,
  mitoses: readonly Candidate[],
  scale: Scale,
): Promise<Blob> {
  const { width, height } = picture;
  const { mpp } = scale;
  const footer = Math.max(MIN_FOOTER_HEIGHT, Math.round(Math.min(width, height) * FOOTER_SHARE));
  const canvas = new OffscreenCanvas(width, height + footer);
  const context = canvas.getContext("2d") as unknown as CanvasRenderingContext2D | null;
  if (context === null) throw new Error("The browser has no memory for a picture of this size.");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height + footer);
  context.drawImage(picture, 0, 0);
  const lineWidth = Math.max(2, footer / 28);
  for (const candidate of mitoses) {
    const { x, y } = candidate;
    const radius = SAME_CELL_UM / mpp;
    // With threshold 0 each of them is drawn as a mitosis.
    const mark = { candidate, threshold: 0, selected: false, x, y, radius, lineWidth };
    drawMark(context, mark);
    drawProbability(context, mark);
  }
  const margin = footer * 0.25;
  const bar = chooseScaleBar(mpp, width);
  context.fillStyle = "#111";
  context.fillRect(margin, height + footer * 0.66, bar.pixels, footer * 0.1);
  context.font = `${footer * 0.28}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillText(bar.label, margin, height + footer * 0.4);
  context.textAlign = "right";
  const { count, perMm2 } = summaryOf({ width, height, mpp }, mitoses.length);
  const lines = [
    `${formatMitoses(count)}, ${perMm2.toFixed(1)} per mm² at ${describeScale(scale)}`,
    researchUseOnly,
  ];
  lines.forEach((text, i) =>
    context.fillText(
      text,
      width - margin,
      height + footer * (0.3 + 0.4 * i),
      width - bar.pixels - 3 * margin,
    )
  );
  return await canvas.convertToBlob({ type: "image/png" });
}
