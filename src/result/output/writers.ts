import type { HeatMap } from "../picture/heat_map.ts";
import type { Overlay } from "../picture/overlay.ts";
import type { FieldResult } from "../result.ts";
import { toCsv } from "./csv.ts";
import type { FormatName } from "./formats.ts";
import { toGeoJson } from "./geojson.ts";
import { toJson } from "./json.ts";
import { toMidog } from "./midog.ts";

/** Draws results over the picture of the field that was searched. Returns PNG files. */
export interface Painter {
  overlay(content: Overlay): Promise<Uint8Array>;
  heatMap(content: HeatMap): Promise<Uint8Array>;
}

/** Writes a result as the bytes of a file. */
type Writer = (result: FieldResult, painter: Painter) => Promise<Uint8Array> | Uint8Array;

/** The writer of each format. */
const writers: Readonly<Record<FormatName, Writer>> = {
  json: (result) => jsonBytes(toJson(result)),
  csv: (result) => textBytes(toCsv(result)),
  geojson: (result) => jsonBytes(toGeoJson(result)),
  midog: (result) => jsonBytes(toMidog(result)),
  overlay: ({ image, detections, summary }, painter) =>
    painter.overlay({ image, detections, summary }),
  heatmap: ({ image, scored }, painter) => painter.heatMap({ image, scored }),
};

/**
 * Writes a result in one of the output formats.
 *
 * @param painter Draws the formats that are pictures. Usually the field itself.
 * @returns The bytes of the file.
 * @throws What `painter` throws.
 */
export async function writeResult(
  format: FormatName,
  result: FieldResult,
  painter: Painter,
): Promise<Uint8Array> {
  return await writers[format](result, painter);
}

function jsonBytes(value: unknown): Uint8Array {
  return textBytes(JSON.stringify(value, null, 1) + "\n");
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
