import { Buffer } from "node:buffer";
import { escape } from "./svg.ts";
import type { Scored } from "./metrics.ts";

/** A patch with what was said of it. */
export interface ScoredPatch extends Scored {
  readonly path: string;
}

/** What the model got wrong, the worst first. */
export interface Failures {
  /** Mitoses below the threshold. */
  readonly misses: readonly ScoredPatch[];
  /** Others at or above it. */
  readonly falseAlarms: readonly ScoredPatch[];
}

const ACROSS = 8;
/** At most so many of either kind. */
const MOST = 3 * ACROSS;
const SIDE = 128;
const CELL_WIDTH = SIDE + 12;
const CELL_HEIGHT = SIDE + 44;
const MARGIN = 32;
const HEADING = 44;

/** Sorts out the failures at a threshold. */
export function failuresAt(threshold: number, scored: readonly ScoredPatch[]): Failures {
  const sorted = [...scored].sort((a, b) => a.probability - b.probability);
  return {
    misses: sorted.filter((p) => p.isMitosis && p.probability < threshold),
    falseAlarms: sorted.filter((p) => !p.isMitosis && p.probability >= threshold).reverse(),
  };
}

/**
 * Draws the worst failures as an SVG contact sheet: each patch at twice its size with its probability and
 * its file's name. The patches themselves are in the file, so that it can be looked at anywhere; so it is
 * as confidential as they are.
 *
 * @param read Gives a PNG file's bytes; called for what is drawn only.
 */
export async function gallery(
  { misses, falseAlarms }: Failures,
  caption: string,
  read: (path: string) => Promise<Uint8Array>,
): Promise<string> {
  const parts: string[] = [];
  let top = MARGIN;
  for (
    const [name, patches] of [["Misses", misses], ["False alarms", falseAlarms]] as const
  ) {
    const shown = patches.slice(0, MOST);
    const less = shown.length < patches.length ? `, the worst ${shown.length}` : "";
    parts.push(
      `<text x="${MARGIN}" y="${top + 16}" font-size="16" font-weight="bold">${name}: ` +
        `${patches.length}${less}</text>`,
    );
    top += HEADING;
    for (const [i, patch] of shown.entries()) {
      const [column, row] = [i % ACROSS, Math.floor(i / ACROSS)];
      const bytes = Buffer.from(await read(patch.path)).toString("base64");
      parts.push(drawPatch(patch, bytes, MARGIN + column * CELL_WIDTH, top + row * CELL_HEIGHT));
    }
    top += Math.ceil(shown.length / ACROSS) * CELL_HEIGHT;
  }
  const [width, height] = [2 * MARGIN + ACROSS * CELL_WIDTH, top + MARGIN];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
<text x="${MARGIN}" y="${height - 14}" fill="#555">${escape(caption)}</text>
</svg>
`;
}

function drawPatch({ path, probability }: ScoredPatch, png: string, x: number, y: number): string {
  const name = path.split("/").at(-1) ?? path;
  const short = name.length > 20 ? `…${name.slice(-19)}` : name;
  return `<image x="${x}" y="${y}" width="${SIDE}" height="${SIDE}" href="data:image/png;base64,${png}"/>` +
    `<text x="${x}" y="${y + SIDE + 15}">${probability.toFixed(3)}</text>` +
    `<text x="${x}" y="${y + SIDE + 30}" font-size="10" fill="#555"><title>${
      escape(path)
    }</title>` +
    `${escape(short)}</text>`;
}
