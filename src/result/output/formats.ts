import type { HeatMap } from "../picture/heat_map.ts";
import type { Overlay } from "../picture/overlay.ts";
import type { FieldResult } from "../result.ts";
import { toCsv } from "./csv.ts";
import { toGeoJson } from "./geojson.ts";
import { toJson } from "./json.ts";
import { toMidog } from "./midog.ts";

/** Draws results over the picture that was searched; each drawing is a PNG file. */
export interface Painter {
  overlay(what: Overlay): Promise<Uint8Array>;
  heatMap(what: HeatMap): Promise<Uint8Array>;
}

/** One format in which a result is written. */
export interface OutputFormat {
  readonly mediaType: string;
  /** What a file of it ends with. */
  readonly extension: string;
  readonly write: (result: FieldResult, painter: Painter) => Promise<Uint8Array> | Uint8Array;
}

/** All ways to write a result down, by the name that a user types. */
export const formats = {
  json: document("application/json", ".json", toJson),
  csv: { mediaType: "text/csv", extension: ".csv", write: (result) => text(toCsv(result)) },
  geojson: document("application/geo+json", ".geojson", toGeoJson),
  midog: document("application/json", ".midog.json", toMidog),
  overlay: {
    mediaType: "image/png",
    extension: ".overlay.png",
    write: ({ image, detections, summary }, painter) =>
      painter.overlay({ image, detections, summary }),
  },
  heatmap: {
    mediaType: "image/png",
    extension: ".heatmap.png",
    write: ({ image, scored }, painter) => painter.heatMap({ image, scored }),
  },
} as const satisfies Record<string, OutputFormat>;

/** The name of one of {@linkcode formats}. */
export type FormatName = keyof typeof formats;

/** The names of all {@linkcode formats}. */
export const formatNames = Object.keys(formats) as [FormatName, ...FormatName[]];

function document(
  mediaType: string,
  extension: string,
  of: (result: FieldResult) => unknown,
): OutputFormat {
  return {
    mediaType,
    extension,
    write: (result) => text(JSON.stringify(of(result), null, 1) + "\n"),
  };
}

function text(written: string): Uint8Array {
  return new TextEncoder().encode(written);
}
