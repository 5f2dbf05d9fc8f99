/** One row of the table of output formats. */
export interface OutputFormat {
  /** The name, to be shown to people. */
  readonly title: string;
  /** What a file of this format is for. */
  readonly description: string;
  /** Ending of a file's name, with the leading dot. */
  readonly extension: string;
  readonly mediaType: string;
}

/**
 * The table of output formats, by the name that a user types. To add a format, add a row here and its
 * writer in `writers.ts`; without the writer, the type check fails. This module imports nothing, because
 * the web page loads it too, and would load its imports.
 */
export const formats = {
  json: {
    title: "JSON",
    description: "The answer of the service, with its summary",
    extension: ".json",
    mediaType: "application/json",
  },
  csv: {
    title: "CSV",
    description: "A table for a spreadsheet, one line for each detection",
    extension: ".csv",
    mediaType: "text/csv",
  },
  geojson: {
    title: "GeoJSON",
    description: "Annotations for QuPath: drag the file onto the image",
    extension: ".geojson",
    mediaType: "application/geo+json",
  },
  midog: {
    title: "MIDOG JSON",
    description: "Points in millimeters, as the MIDOG challenge reads them",
    extension: ".midog.json",
    mediaType: "application/json",
  },
  overlay: {
    title: "Overlay PNG",
    description: "The image with its marks, count and scale bar",
    extension: ".overlay.png",
    mediaType: "image/png",
  },
  heatmap: {
    title: "Heat map PNG",
    description: "The probability of a mitosis, drawn over the image",
    extension: ".heatmap.png",
    mediaType: "image/png",
  },
} as const satisfies Record<string, OutputFormat>;

/** The name of one of {@linkcode formats}. */
export type FormatName = keyof typeof formats;

/** The names of all {@linkcode formats}. */
export const formatNames = Object.keys(formats) as [FormatName, ...FormatName[]];

/**
 * Returns the format of a file by the ending of its name, or undefined if no format has this
 * ending. If several endings fit, the longest counts. A plain `.png` is an overlay.
 *
 * @example
 * ```ts
 * import { formatOfFile } from "./formats.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(
 *   ["a.json", "a.midog.json", "a.heatmap.png", "a.png", "a.txt"].map(formatOfFile),
 *   ["json", "midog", "heatmap", "overlay", undefined],
 * );
 * ```
 */
export function formatOfFile(path: string): FormatName | undefined {
  const longestFirst = formatNames.toSorted((a, b) =>
    formats[b].extension.length - formats[a].extension.length
  );
  const exact = longestFirst.find((name) => path.endsWith(formats[name].extension));
  if (exact !== undefined) return exact;
  // Of several formats with the same last ending, such as .png, the first in the table counts.
  const [ending] = /\.[^./]+$/.exec(path) ?? [];
  return formatNames.find((name) =>
    ending !== undefined && formats[name].extension.endsWith(ending)
  );
}
