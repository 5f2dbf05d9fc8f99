/// <reference lib="dom" />
import { SAME_CELL_UM } from "../../result/result.ts";
import { chooseScaleBar } from "../../result/scale_bar.ts";
import { addArea, strokeArea } from "../area_path.ts";
import type { Candidate } from "../candidate.ts";
import { drawingMpp } from "../field_search.ts";
import { drawMark } from "../marks.ts";
import { circlesOf } from "../review/counting_area.ts";
import type { Field } from "../state.ts";

/** Longer side of the picture of a field in the report, in pixels. */
const PICTURE_SIDE = 1600;

/** Side of a thumbnail in the report, in pixels, and in micrometers of tissue. */
export const THUMBNAIL = { pixels: 160, um: 24 } as const;

/** Part of the counting area's size that is shown around it. */
const MARGIN = 0.06;

/** A rectangle of a picture, in its pixels. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Returns the part of a field that the report shows: its counting area with a margin, or all of it. */
export function shownPart(field: Field): Part {
  const { area } = field.review;
  const { width, height } = field;
  if (area === undefined) return { left: 0, top: 0, width, height };
  const circles = circlesOf(area, drawingMpp(field));
  const points = area.kind === "polygon" ? area.points : [];
  const xs = [
    ...circles.flatMap(({ x, radius }) => [x - radius, x + radius]),
    ...points.map(({ x }) => x),
  ];
  const ys = [
    ...circles.flatMap(({ y, radius }) => [y - radius, y + radius]),
    ...points.map(({ y }) => y),
  ];
  const margin = MARGIN *
    Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const left = Math.max(0, Math.floor(Math.min(...xs) - margin));
  const top = Math.max(0, Math.floor(Math.min(...ys) - margin));
  return {
    left,
    top,
    width: Math.max(1, Math.min(width, Math.ceil(Math.max(...xs) + margin)) - left),
    height: Math.max(1, Math.min(height, Math.ceil(Math.max(...ys) + margin)) - top),
  };
}

/** Returns the size of the picture of a field in the report, in pixels. Its proportions are those of the part. */
export function pictureSize({ width, height }: Part): { width: number; height: number } {
  const zoom = Math.min(1, PICTURE_SIDE / Math.max(width, height));
  return { width: Math.round(width * zoom), height: Math.round(height * zoom) };
}

/** Draws a part of a field with the marks of its mitoses, its counting area and a scale bar. */
export function drawPicture(
  canvas: HTMLCanvasElement,
  picture: ImageBitmap,
  field: Field,
  mitoses: readonly Candidate[],
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { left, top, width, height } = shownPart(field);
  const zoom = canvas.width / width;
  const mpp = drawingMpp(field);
  const placement = { x: -left * zoom, y: -top * zoom, zoom };
  const lineWidth = Math.max(2, canvas.width / 500);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  for (const candidate of mitoses) {
    drawMark(context, {
      candidate,
      // With threshold 0 each of them is drawn as a mitosis.
      threshold: 0,
      selected: false,
      x: placement.x + candidate.x * zoom,
      y: placement.y + candidate.y * zoom,
      radius: Math.max(lineWidth * 3, SAME_CELL_UM / mpp * zoom),
      lineWidth,
    });
  }
  if (field.review.area !== undefined) {
    const path = new Path2D();
    addArea(path, field.review.area, mpp, placement);
    strokeArea(context, path, lineWidth);
  }
  drawScaleBar(context, mpp / zoom, lineWidth);
}

function drawScaleBar(
  context: CanvasRenderingContext2D,
  umPerPixel: number,
  lineWidth: number,
): void {
  const { canvas } = context;
  const { label, pixels } = chooseScaleBar(umPerPixel, canvas.width);
  const size = lineWidth * 9;
  context.fillStyle = "rgb(255 255 255 / 0.85)";
  context.fillRect(size / 2, canvas.height - size * 2.5, pixels + size, size * 2);
  context.fillStyle = "#111";
  context.fillRect(size, canvas.height - size, pixels, size / 4);
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.fillText(label, size + pixels / 2, canvas.height - size * 1.3);
}

/** Draws the surroundings of a cell. */
export function drawThumbnail(
  canvas: HTMLCanvasElement,
  picture: ImageBitmap,
  field: Field,
  { x, y }: Candidate,
): void {
  const side = THUMBNAIL.um / drawingMpp(field);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.imageSmoothingQuality = "high";
  context.drawImage(
    picture,
    x - side / 2,
    y - side / 2,
    side,
    side,
    0,
    0,
    canvas.width,
    canvas.height,
  );
}
