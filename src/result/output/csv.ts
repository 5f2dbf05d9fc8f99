import type { FieldImage, Place } from "../result.ts";

/** A value of a table; undefined is an empty cell. */
export type CsvValue = string | number | boolean | undefined;

/**
 * Writes a table as CSV (RFC 4180): lines end with CRLF, and values with a comma, a quote or a line
 * break are quoted.
 *
 * @example
 * ```ts
 * import { csvTable } from "./csv.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(
 *   csvTable(["file", "mitosis"], [['say "a", b.png', true], ["c.png", undefined]]),
 *   'file,mitosis\r\n"say ""a"", b.png",true\r\nc.png,\r\n',
 * );
 * ```
 */
export function csvTable(
  header: readonly string[],
  rows: readonly (readonly CsvValue[])[],
): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(",") + "\r\n").join("");
}

function csvCell(value: CsvValue): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What {@linkcode toCsv} writes. */
interface PlacesInField {
  readonly image: Pick<FieldImage, "mpp">;
  readonly detections: readonly Place[];
}

/** Writes detections as CSV: one line each, positions in pixels and in micrometers. */
export function toCsv({ image: { mpp }, detections }: PlacesInField): string {
  return csvTable(
    ["x", "y", "x_um", "y_um", "probability", "mitosis"],
    detections.map(({ x, y, probability, mitosis }) => [
      x,
      y,
      toMicrometers(x, mpp),
      toMicrometers(y, mpp),
      probability,
      mitosis,
    ]),
  );
}

/** Converts pixels to micrometers, rounded to a nanometer. */
function toMicrometers(pixels: number, mpp: number): number {
  return Number((pixels * mpp).toFixed(3));
}
