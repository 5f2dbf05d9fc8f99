import type { HeatMap } from "../picture/heat_map.ts";
import type { Overlay } from "../picture/overlay.ts";
import { addText, readText } from "../../image/png/text_chunk.ts";
import type { Provenance } from "../provenance.ts";
import type { FieldResult } from "../result.ts";
import { toCsv } from "./csv.ts";
import type { FormatName } from "./formats.ts";
import { toGeoJson } from "./geojson.ts";
import { toJson } from "./json.ts";
import { toMidog } from "./midog.ts";

/** Keyword of the text in a PNG that has the provenance as JSON. */
const PROVENANCE_KEYWORD = "Provenance";

/** Draws results over the picture of the field that was searched. Returns PNG files. */
export interface Painter {
  overlay(content: Overlay): Promise<Uint8Array>;
  heatMap(content: HeatMap): Promise<Uint8Array>;
}

/**
 * Writes a result as the bytes of a file, with its provenance if that is given and the format has a place
 * for it.
 */
type Writer = (
  result: FieldResult,
  painter: Painter,
  provenance: Provenance | undefined,
) => Promise<Uint8Array> | Uint8Array;

/** The writer of each format. */
const writers: Readonly<Record<FormatName, Writer>> = {
  json: (result, _, provenance) => jsonBytes({ ...toJson(result), provenance }),
  csv: (result, _, provenance) => textBytes(toCsv(result, provenance)),
  geojson: (result, _, provenance) => jsonBytes({ ...toGeoJson(result), provenance }),
  midog: (result) => jsonBytes(toMidog(result)),
  overlay: async ({ image, detections, summary }, painter, provenance) =>
    withText(await painter.overlay({ image, detections, summary }), provenance),
  heatmap: async ({ image, scored }, painter, provenance) =>
    withText(await painter.heatMap({ image, scored }), provenance),
};

/**
 * Writes a result in one of the output formats.
 *
 * @param painter Draws the formats that are pictures. Usually the field itself.
 * @param provenance What the result is made of. The service leaves it out.
 * @returns The bytes of the file.
 * @throws What `painter` throws.
 */
export async function writeResult(
  format: FormatName,
  result: FieldResult,
  painter: Painter,
  provenance?: Provenance,
): Promise<Uint8Array> {
  return await writers[format](result, painter, provenance);
}

/**
 * Reads the provenance that {@linkcode writeResult} wrote into a file.
 *
 * @returns What is in its place, which may be anything; undefined where there is none, or where the format
 * has no place for all of it.
 */
export function readProvenance(format: FormatName, bytes: Uint8Array): unknown {
  try {
    if (format === "json" || format === "geojson") {
      const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
      return typeof content === "object" && content !== null && "provenance" in content
        ? content.provenance
        : undefined;
    }
    if (format === "csv" || format === "midog") return undefined;
    const text = readText(bytes, PROVENANCE_KEYWORD);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined; // It is not a file of this format.
  }
}

function withText(png: Uint8Array, provenance: Provenance | undefined): Uint8Array {
  return provenance === undefined
    ? png
    : addText(png, PROVENANCE_KEYWORD, JSON.stringify(provenance));
}

function jsonBytes(value: unknown): Uint8Array {
  return textBytes(JSON.stringify(value, null, 1) + "\n");
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
