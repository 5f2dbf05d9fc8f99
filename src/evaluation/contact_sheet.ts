import { Buffer } from "node:buffer";
import type { ScoredExample } from "./precision_recall.ts";
import { escapeXml, svgDocument } from "./svg.ts";

/** A labeled patch and its probability. */
export interface ScoredPatch extends ScoredExample {
  /** Path of the PNG file. */
  readonly path: string;
}

/** The patches that the model got wrong, the worst first. */
export interface Failures {
  /** Mitoses below the threshold. */
  readonly misses: readonly ScoredPatch[];
  /** Patches without a mitosis, at or above the threshold. */
  readonly falseAlarms: readonly ScoredPatch[];
}

const COLUMNS = 8;
/** Maximum number of misses, and of false alarms, on a sheet. */
const MAX_PATCHES = 3 * COLUMNS;
/** Side of a drawn patch, in pixels. */
const PATCH_SIDE = 128;
const CELL_WIDTH = PATCH_SIDE + 12;
const CELL_HEIGHT = PATCH_SIDE + 44;
const MARGIN = 32;
const HEADING_HEIGHT = 44;

/** Finds the patches that are misses or false alarms at a threshold. */
export function failuresAt(threshold: number, scored: readonly ScoredPatch[]): Failures {
  const sorted = [...scored].sort((a, b) => a.probability - b.probability);
  return {
    misses: sorted.filter((p) => p.isMitosis && p.probability < threshold),
    falseAlarms: sorted.filter((p) => !p.isMitosis && p.probability >= threshold).reverse(),
  };
}

/**
 * Draws the worst failures as an SVG contact sheet: at most 24 misses and 24 false alarms, each
 * patch with its probability and the name of its file. The SVG contains the patches, so it is as
 * confidential as they are.
 *
 * @param caption A line at the bottom.
 * @param read Returns the bytes of a PNG file. It is called only for patches that are drawn.
 * @throws What `read` throws.
 */
export async function drawContactSheet(
  { misses, falseAlarms }: Failures,
  caption: string,
  read: (path: string) => Promise<Uint8Array>,
): Promise<string> {
  const elements: string[] = [];
  let top = MARGIN;
  for (
    const [name, patches] of [["Misses", misses], ["False alarms", falseAlarms]] as const
  ) {
    const shown = patches.slice(0, MAX_PATCHES);
    const limit = shown.length < patches.length ? `, the worst ${shown.length}` : "";
    elements.push(
      `<text x="${MARGIN}" y="${top + 16}" font-size="16" font-weight="bold">${name}: ` +
        `${patches.length}${limit}</text>`,
    );
    top += HEADING_HEIGHT;
    for (const [i, patch] of shown.entries()) {
      const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
      const bytes = Buffer.from(await read(patch.path)).toString("base64");
      elements.push(drawPatch(patch, bytes, MARGIN + column * CELL_WIDTH, top + row * CELL_HEIGHT));
    }
    top += Math.ceil(shown.length / COLUMNS) * CELL_HEIGHT;
  }
  const [width, height] = [2 * MARGIN + COLUMNS * CELL_WIDTH, top + MARGIN];
  return svgDocument(width, height, MARGIN, elements, caption);
}

function drawPatch({ path, probability }: ScoredPatch, png: string, x: number, y: number): string {
  const name = path.split("/").at(-1) ?? path;
  const short = name.length > 20 ? `…${name.slice(-19)}` : name;
  return `<image x="${x}" y="${y}" width="${PATCH_SIDE}" height="${PATCH_SIDE}" href="data:image/png;base64,${png}"/>` +
    `<text x="${x}" y="${y + PATCH_SIDE + 15}">${probability.toFixed(3)}</text>` +
    `<text x="${x}" y="${y + PATCH_SIDE + 30}" font-size="10" fill="#555"><title>${
      escapeXml(path)
    }</title>` +
    `${escapeXml(short)}</text>`;
}
