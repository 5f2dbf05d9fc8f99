import type { FieldImage, Mark } from "../result.ts";

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
interface Marks {
  readonly image: Pick<FieldImage, "mpp" | "mppOrigin">;
  readonly detections: readonly Mark[];
}

/**
 * Writes detections as CSV: one line each, with the point in pixels and in micrometers, and the scale
 * that leads from one to the other.
 */
export function toCsv({ image: { mpp, mppOrigin }, detections }: Marks): string {
  return csvTable(
    ["x", "y", "x_um", "y_um", "probability", "mitosis", "mpp", "mpp_origin"],
    detections.map(({ x, y, probability, mitosis }) => [
      x,
      y,
      toMicrometers(x, mpp),
      toMicrometers(y, mpp),
      probability,
      mitosis,
      mpp,
      mppOrigin,
    ]),
  );
}

/** Converts pixels to micrometers, rounded to a nanometer. */
function toMicrometers(pixels: number, mpp: number): number {
  return Number((pixels * mpp).toFixed(3));
}
