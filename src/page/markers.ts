/// <reference lib="dom" />
import { type Candidate, isMitosis } from "./review.ts";

/** Colors of the marks: light on a dark rim, so that they show on pink, violet and white alike. */
const FOUND = "#35f29a";
const SELECTED = "#ffe14d";
const OTHER = "#ffffff";
const RIM = "rgb(0 0 0 / 0.65)";

/** How one mark looks. Shape tells what color tells: ring, diamond, small and dashed, crossed out. */
export interface Mark {
  readonly candidate: Candidate;
  readonly threshold: number;
  readonly selected: boolean;
  /** Where it goes, and the radius of its ring, in pixels of the canvas. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Width of the line. */
  readonly line: number;
}

/** Draws one candidate: a ring round a mitosis, a diamond round one that was added by hand. */
export function drawMark(context: CanvasRenderingContext2D, mark: Mark): void {
  const { candidate, x, y, radius, line } = mark;
  const found = isMitosis(candidate, mark.threshold);
  const aside = !found && candidate.review === "undecided";
  const path = new Path2D();
  if (aside) path.arc(x, y, radius * 0.45, 0, 2 * Math.PI);
  else if (candidate.probability === undefined) diamond(path, x, y, radius * 1.15);
  else path.arc(x, y, radius, 0, 2 * Math.PI);
  if (candidate.review === "rejected") {
    const arm = radius * 0.7;
    path.moveTo(x - arm, y - arm);
    path.lineTo(x + arm, y + arm);
  }
  if (candidate.review === "accepted" && candidate.probability !== undefined) {
    path.moveTo(x + radius * 0.55, y - radius * 0.95);
    path.lineTo(x + radius * 0.8, y - radius * 0.65);
    path.lineTo(x + radius * 1.3, y - radius * 1.25);
  }
  context.globalAlpha = aside ? 0.75 : 1;
  stroke(context, path, line * (aside ? 1.4 : 2.4), RIM);
  context.setLineDash(aside ? [line * 1.5, line * 1.5] : []);
  stroke(context, path, line * (aside ? 0.7 : 1), found ? FOUND : OTHER);
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (mark.selected) {
    const ring = new Path2D();
    ring.rect(x - radius * 1.5, y - radius * 1.5, radius * 3, radius * 3);
    stroke(context, ring, line * 2.4, RIM);
    stroke(context, ring, line * 1.2, SELECTED);
  }
}

/** Writes the probability beside a mark. */
export function drawScore(context: CanvasRenderingContext2D, mark: Mark): void {
  const { candidate, x, y, radius, line } = mark;
  const text = candidate.probability === undefined ? "by hand" : candidate.probability.toFixed(2);
  context.font = `600 ${line * 6.5}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.lineWidth = line * 1.8;
  context.lineJoin = "round";
  context.strokeStyle = RIM;
  context.strokeText(text, x + radius * 1.25, y);
  context.fillStyle = OTHER;
  context.fillText(text, x + radius * 1.25, y);
}

function diamond(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x, y - radius);
  path.lineTo(x + radius, y);
  path.lineTo(x, y + radius);
  path.lineTo(x - radius, y);
  path.closePath();
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, width: number, style: string) {
  context.lineWidth = width;
  context.strokeStyle = style;
  context.stroke(path);
}
