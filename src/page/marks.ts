/// <reference lib="dom" />
import { cssColor, DETECTION_COLORS } from "../result/picture/colors.ts";
import { type Candidate, isMitosis } from "./candidate.ts";

/** Colors of the marks. The dark outline keeps every mark visible on pink, violet and white. */
const MARK_COLORS = {
  mitosis: cssColor(DETECTION_COLORS.mitosis),
  belowThreshold: cssColor(DETECTION_COLORS.belowThreshold),
  rejected: "#ffffff",
  selection: "#5cd6ff",
  text: "#ffffff",
  outline: "rgb(0 0 0 / 0.65)",
} as const;

/** A mark on a picture: the candidate that it is for, and where and how large it is drawn. */
export interface Mark {
  readonly candidate: Candidate;
  readonly threshold: number;
  readonly selected: boolean;
  /** Center and radius of the ring, in pixels of the canvas. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Width of the line, in pixels of the canvas. */
  readonly lineWidth: number;
}

/**
 * Draws the mark of a candidate. The shape alone tells the kind, for people who do not see the colors:
 * a ring for a mitosis, with a check mark if the person accepted it; a diamond for a mitosis that was added
 * by hand; a small dashed ring for a candidate below the threshold; a ring with a stroke through it for a
 * rejected candidate. A square surrounds the mark of the selected candidate.
 */
export function drawMark(context: CanvasRenderingContext2D, mark: Mark): void {
  const { candidate, x, y, radius, lineWidth } = mark;
  const mitosis = isMitosis(candidate, mark.threshold);
  const below = !mitosis && candidate.verdict === "undecided";
  const path = new Path2D();
  if (below) path.arc(x, y, radius * 0.45, 0, 2 * Math.PI);
  else if (candidate.probability === undefined) addDiamond(path, x, y, radius * 1.15);
  else path.arc(x, y, radius, 0, 2 * Math.PI);
  if (candidate.verdict === "rejected") {
    const arm = radius * 0.7;
    path.moveTo(x - arm, y - arm);
    path.lineTo(x + arm, y + arm);
  }
  if (candidate.verdict === "accepted" && candidate.probability !== undefined) {
    path.moveTo(x + radius * 0.55, y - radius * 0.95);
    path.lineTo(x + radius * 0.8, y - radius * 0.65);
    path.lineTo(x + radius * 1.3, y - radius * 1.25);
  }
  const color = mitosis ? "mitosis" : below ? "belowThreshold" : "rejected";
  strokePath(context, path, lineWidth * (below ? 1.6 : 2.4), MARK_COLORS.outline);
  context.setLineDash(below ? [lineWidth * 1.5, lineWidth * 1.5] : []);
  strokePath(context, path, lineWidth * (below ? 0.8 : 1), MARK_COLORS[color]);
  context.setLineDash([]);
  if (mark.selected) {
    const square = new Path2D();
    square.rect(x - radius * 1.5, y - radius * 1.5, radius * 3, radius * 3);
    strokePath(context, square, lineWidth * 2.4, MARK_COLORS.outline);
    strokePath(context, square, lineWidth * 1.2, MARK_COLORS.selection);
  }
}

/** Writes the probability beside a mark, or "by hand" if there is none. */
export function drawProbability(context: CanvasRenderingContext2D, mark: Mark): void {
  const { candidate, x, y, radius, lineWidth } = mark;
  const text = candidate.probability === undefined ? "by hand" : candidate.probability.toFixed(2);
  context.font = `600 ${lineWidth * 6.5}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.lineWidth = lineWidth * 1.8;
  context.lineJoin = "round";
  context.strokeStyle = MARK_COLORS.outline;
  context.strokeText(text, x + radius * 1.25, y);
  context.fillStyle = MARK_COLORS.text;
  context.fillText(text, x + radius * 1.25, y);
}

function addDiamond(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x, y - radius);
  path.lineTo(x + radius, y);
  path.lineTo(x, y + radius);
  path.lineTo(x - radius, y);
  path.closePath();
}

function strokePath(
  context: CanvasRenderingContext2D,
  path: Path2D,
  width: number,
  color: string,
): void {
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke(path);
}
