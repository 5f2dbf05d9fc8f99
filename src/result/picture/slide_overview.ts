import { describeScore } from "../slide/mitotic_score.ts";
import { type Mask } from "../../image/mask.ts";
import type { RgbImage } from "../../image/rgb_image.ts";
import { describeScale } from "../scale.ts";
import type { SlideResult } from "../slide/slide_result.ts";
import {
  type Canvas,
  canvasOf,
  dotSize,
  fill,
  textHeight,
  toPng,
  write,
  writeLines,
} from "./canvas.ts";
import { type Color, DETECTION_COLORS, HOTSPOT_COLOR, PEN_COLOR, TISSUE_COLOR } from "./colors.ts";
import { drawScaleBar } from "./draw_scale_bar.ts";

/** The parts of a result that the overview of a slide shows. */
export type SlideOverview = Pick<
  SlideResult,
  "image" | "detections" | "hotspots" | "summary" | "tissue" | "score"
>;

/** A mitosis counts for the density around it up to this distance, in micrometers. */
const DENSITY_RADIUS_UM = 400;

/** Opacity of the highest density, 0 to 1. */
const MAX_OPACITY = 0.5;

/** A smaller overview is enlarged by a whole number, to about this many pixels on its longer side. */
const MIN_SIDE = 1200;

/**
 * Draws the result of a slide over its overview: the outline of the tissue, the density of mitoses from
 * yellow to red, a dot for each mitosis, and the hotspots. Ink that was not searched is gray. Adds the
 * count, the score and a scale bar.
 *
 * @param picture The overview, one pixel for each cell of the tissue mask.
 * @param pen Ink, in the same cells.
 * @returns A PNG file.
 */
export function drawSlideOverview(
  picture: RgbImage,
  pen: Mask,
  { image, detections, hotspots, summary, tissue, score }: SlideOverview,
): Uint8Array {
  const { canvas, shrink } = largeCanvas(picture);
  const dot = dotSize(canvas);
  const line = Math.max(1, Math.round(dot / 2));
  const toCanvas = (pixels: number) => pixels / (tissue.cell * shrink);
  const mpp = image.mpp * tissue.cell * shrink;
  const mitoses = detections.filter(({ mitosis }) => mitosis)
    .map(({ x, y }) => ({ x: toCanvas(x), y: toCanvas(y) }));
  tint(canvas, densityOf(canvas, mitoses, DENSITY_RADIUS_UM / mpp), tissue, shrink);
  drawMask(canvas, pen, shrink, PEN_COLOR, false, line);
  drawMask(canvas, tissue, shrink, TISSUE_COLOR, true, line);
  for (const { x, y } of mitoses) {
    fill(canvas, x - dot, y - dot, 2 * dot, 2 * dot, [0, 0, 0]);
    fill(canvas, x - dot / 2, y - dot / 2, dot, dot, DETECTION_COLORS.mitosis);
  }
  hotspots.forEach(({ x, y, radius, count }, i) => {
    const [left, top, r] = [toCanvas(x), toCanvas(y), toCanvas(radius)];
    drawCircle(canvas, left, top, r, i === 0 ? 2 * line : line, HOTSPOT_COLOR);
    write(canvas, `${count}`, left + r * 0.71, top - r * 0.71 - textHeight(dot), dot);
  });
  drawScaleBar(canvas, mpp, dot);
  const { count, perMm2, areaMm2 } = summary;
  const [hottest] = hotspots;
  writeLines(canvas, [
    `${count} ${count === 1 ? "mitosis" : "mitoses"}, ${perMm2} / mm² of ${areaMm2} mm² tissue`,
    ...(hottest === undefined ? [] : [`${hottest.count} in the hottest ${hottest.areaMm2} mm²`]),
    `mitotic score ${describeScore(score)}`,
    "for research use only",
    describeScale(image),
  ], dot);
  return toPng(canvas);
}

/** Copies the picture, to draw on the copy. Enlarges a small picture. */
function largeCanvas(picture: RgbImage): { canvas: Canvas; shrink: number } {
  const enlarge = Math.floor(MIN_SIDE / Math.max(picture.width, picture.height));
  if (enlarge < 2) return canvasOf(picture);
  const [width, height] = [picture.width * enlarge, picture.height * enlarge];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / enlarge) * picture.width + Math.floor(x / enlarge)) * 3;
      data.set(picture.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { canvas: { width, height, data }, shrink: 1 / enlarge };
}

/** Counts the mitoses around each pixel: float32 `[height, width]`. */
function densityOf(
  { width, height }: Canvas,
  mitoses: readonly { readonly x: number; readonly y: number }[],
  radius: number,
): Float32Array {
  const density = new Float32Array(width * height);
  for (const { x, y } of mitoses) {
    const bottom = Math.min(height - 1, y + radius);
    for (let row = Math.max(0, Math.ceil(y - radius)); row <= bottom; row++) {
      const half = Math.sqrt(Math.max(0, radius ** 2 - (row - y) ** 2));
      const right = Math.min(width - 1, x + half);
      for (let column = Math.max(0, Math.ceil(x - half)); column <= right; column++) {
        const at = row * width + column;
        density[at] = (density[at] as number) + 1;
      }
    }
  }
  return density;
}

/** Colors tissue from yellow to red by its part of the highest density. */
function tint(
  { width, data }: Canvas,
  density: Float32Array,
  tissue: Mask,
  shrink: number,
): void {
  const max = density.reduce((highest, value) => Math.max(highest, value), 0);
  density.forEach((value, pixel) => {
    if (value === 0) return;
    const x = Math.floor((pixel % width) * shrink);
    const y = Math.floor(Math.floor(pixel / width) * shrink);
    if (tissue.data[y * tissue.width + x] !== 1) return;
    const part = value / max;
    const opacity = MAX_OPACITY * (0.3 + 0.7 * part);
    [255, 220 * (1 - part), 0].forEach((color, channel) => {
      const at = pixel * 3 + channel;
      data[at] = Math.round((data[at] as number) * (1 - opacity) + color * opacity);
    });
  });
}

/** Draws the set cells of a mask, or only their sides next to unset cells. */
function drawMask(
  canvas: Canvas,
  { width, height, data }: Mask,
  shrink: number,
  color: Color,
  isOutline: boolean,
  line: number,
): void {
  const isSet = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const side = 1 / shrink;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isSet(x, y)) continue;
      const [left, top] = [x * side, y * side];
      if (!isOutline) fill(canvas, left, top, side, side, color);
      else {
        if (!isSet(x - 1, y)) fill(canvas, left, top, line, side, color);
        if (!isSet(x + 1, y)) fill(canvas, left + side - line, top, line, side, color);
        if (!isSet(x, y - 1)) fill(canvas, left, top, side, line, color);
        if (!isSet(x, y + 1)) fill(canvas, left, top + side - line, side, line, color);
      }
    }
  }
}

function drawCircle(
  canvas: Canvas,
  x: number,
  y: number,
  radius: number,
  line: number,
  color: Color,
): void {
  const steps = Math.ceil(2 * Math.PI * radius) + 8;
  for (let i = 0; i < steps; i++) {
    const angle = 2 * Math.PI * i / steps;
    const left = x + radius * Math.cos(angle) - line / 2;
    fill(canvas, left, y + radius * Math.sin(angle) - line / 2, line, line, color);
  }
}
