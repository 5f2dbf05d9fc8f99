import { escapeXml, svgDocument } from "./svg.ts";

/** A curve. Its coordinates are 0 to 1. */
export interface Curve {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Points that get a dot and a label. */
  readonly marks?: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

/** One plot of a chart. It is square, and both axes go from 0 to 1. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curve: Curve;
  /** Whether to draw the diagonal: the ROC curve of random guesses, or perfect calibration. */
  readonly diagonal?: boolean;
}

/** Side of a panel, in pixels. */
const SIDE = 320;
/** Distance of the first panel from the left and the upper edge of the chart, in pixels. */
const MARGIN = 64;
/** Distance between the left edges of neighboring panels, in pixels. */
const STEP = SIDE + MARGIN * 1.6;

/**
 * Draws panels side by side as an SVG document.
 *
 * @param caption A line below all panels.
 */
export function drawChart(panels: readonly Panel[], caption: string): string {
  const width = MARGIN + panels.length * STEP;
  const height = SIDE + MARGIN * 2.2;
  const elements = panels.map((panel, i) =>
    `<g transform="translate(${MARGIN + i * STEP} ${MARGIN})">${drawPanel(panel)}</g>`
  );
  return svgDocument(width, height, MARGIN, elements, caption);
}

function drawPanel({ title, xLabel, yLabel, curve, diagonal }: Panel): string {
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const grid = ticks.map((t) =>
    `<path d="M${x(t)} 0V${SIDE}M0 ${y(t)}H${SIDE}" stroke="#ddd"/>` +
    `<text x="${x(t)}" y="${SIDE + 18}" text-anchor="middle">${t}</text>` +
    `<text x="-8" y="${y(t) + 4}" text-anchor="end">${t}</text>`
  );
  const line = curve.points.map(([px, py]) => `${x(px)},${y(py)}`).join(" ");
  const marks = (curve.marks ?? []).map((mark) =>
    `<circle cx="${x(mark.x)}" cy="${y(mark.y)}" r="5" fill="#c2410c"/>` +
    `<text x="${x(mark.x) + (mark.x < 0.6 ? 10 : -10)}" y="${y(mark.y) + 18}" text-anchor="${
      mark.x < 0.6 ? "start" : "end"
    }">${escapeXml(mark.text)}</text>`
  );
  return [
    `<text x="0" y="-16" font-size="16" font-weight="bold">${escapeXml(title)}</text>`,
    ...grid,
    diagonal ? `<path d="M0 ${SIDE}L${SIDE} 0" stroke="#aaa" stroke-dasharray="5 5"/>` : "",
    `<polyline points="${line}" fill="none" stroke="#1d4ed8" stroke-width="2"/>`,
    ...marks,
    `<text x="${SIDE / 2}" y="${SIDE + 40}" text-anchor="middle">${escapeXml(xLabel)}</text>`,
    `<text transform="translate(-40 ${SIDE / 2}) rotate(-90)" text-anchor="middle">${
      escapeXml(yLabel)
    }</text>`,
  ].join("");
}

/** Converts a coordinate, 0 to 1, to pixels from the left edge of the panel. */
function x(value: number): number {
  return Math.round(value * SIDE * 10) / 10;
}

/** Converts a coordinate, 0 to 1, to pixels from the upper edge of the panel. */
function y(value: number): number {
  return Math.round((1 - value) * SIDE * 10) / 10;
}
