/// <reference lib="dom" />
import { circlesOf, type CountingArea } from "./review/counting_area.ts";

/** Color of the border of a counting area. */
export const AREA_COLOR = "#ffd84d";

/** Where a picture is drawn: its upper left corner, and the size of one of its pixels. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Adds the border of a counting area to a path. */
export function addArea(
  path: Path2D,
  area: CountingArea,
  mpp: number,
  { x, y, zoom }: Placement,
): void {
  for (const circle of circlesOf(area, mpp)) {
    const [cx, cy, radius] = [x + circle.x * zoom, y + circle.y * zoom, circle.radius * zoom];
    path.moveTo(cx + radius, cy);
    path.arc(cx, cy, radius, 0, 2 * Math.PI);
  }
  if (area.kind !== "polygon") return;
  area.points.forEach((point, i) =>
    path[i === 0 ? "moveTo" : "lineTo"](x + point.x * zoom, y + point.y * zoom)
  );
  path.closePath();
}

/** Draws a path as the border of an area, with a dark outline that is visible on every color. */
export function strokeArea(
  context: CanvasRenderingContext2D,
  path: Path2D,
  lineWidth = 2.5,
): void {
  for (const [width, color] of [[2, "rgb(0 0 0 / 0.6)"], [1, AREA_COLOR]] as const) {
    context.lineWidth = width * lineWidth;
    context.strokeStyle = color;
    context.stroke(path);
  }
}
