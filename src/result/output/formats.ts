import type { HeatMap } from "../picture/heat_map.ts";
import type { Overlay } from "../picture/overlay.ts";
import type { FieldResult } from "../result.ts";
import { toCsv } from "./csv.ts";
import { toGeoJson } from "./geojson.ts";
import { toJson } from "./json.ts";
import { toMidog } from "./midog.ts";

/** Draws results over the picture of the field that was searched. Returns PNG files. */
export interface Painter {
  overlay(content: Overlay): Promise<Uint8Array>;
  heatMap(content: HeatMap): Promise<Uint8Array>;
}

/** One row of the table of output formats. */
export interface OutputFormat {
  /** The name, to be shown to people. */
  readonly title: string;
  /** What a file of this format is for. */
  readonly description: string;
  /** Ending of a file's name, with the leading dot. */
  readonly extension: string;
  readonly mediaType: string;
  /**
   * Writes a result as the bytes of a file.
   *
   * @param painter Draws the formats that are pictures. Usually the field itself.
   */
  readonly write: (result: FieldResult, painter: Painter) => Promise<Uint8Array> | Uint8Array;
}

/**
 * The table of output formats, by the name that a user types. The service, the commands and the page
 * read it. The page loads all modules that this one imports (`page/files.ts`).
 */
export const formats = {
  json: {
    title: "JSON",
    description: "The answer of the service, with its summary",
    extension: ".json",
    mediaType: "application/json",
    write: (result) => jsonBytes(toJson(result)),
  },
  csv: {
    title: "CSV",
    description: "A table for a spreadsheet, one line for each detection",
    extension: ".csv",
    mediaType: "text/csv",
    write: (result) => textBytes(toCsv(result)),
  },
  geojson: {
    title: "GeoJSON",
    description: "Annotations for QuPath: drag the file onto the image",
    extension: ".geojson",
    mediaType: "application/geo+json",
    write: (result) => jsonBytes(toGeoJson(result)),
  },
  midog: {
    title: "MIDOG JSON",
    description: "Points in millimeters, as the MIDOG challenge reads them",
    extension: ".midog.json",
    mediaType: "application/json",
    write: (result) => jsonBytes(toMidog(result)),
  },
  overlay: {
    title: "Overlay PNG",
    description: "The image with its marks, count and scale bar",
    extension: ".overlay.png",
    mediaType: "image/png",
    write: ({ image, detections, summary }, painter) =>
      painter.overlay({ image, detections, summary }),
  },
  heatmap: {
    title: "Heat map PNG",
    description: "The probability of a mitosis, drawn over the image",
    extension: ".heatmap.png",
    mediaType: "image/png",
    write: ({ image, scored }, painter) => painter.heatMap({ image, scored }),
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

function jsonBytes(value: unknown): Uint8Array {
  return textBytes(JSON.stringify(value, null, 1) + "\n");
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
