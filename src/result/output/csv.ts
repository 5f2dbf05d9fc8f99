import type { Provenance } from "../provenance.ts";
import type { FieldImage, Mark } from "../result.ts";

/** The value of a cell; undefined leaves it empty. */
export type CsvValue = string | number | boolean | undefined;

/**
 * Formats a table as CSV (RFC 4180): lines end with CRLF, and values with a comma, a quote or a
 * line break are quoted.
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

/** The parts of a result that {@linkcode toCsv} writes. */
interface CsvContent {
  readonly image: Pick<FieldImage, "mpp" | "mppOrigin">;
  readonly detections: readonly Mark[];
}

/**
 * Formats detections as CSV. Each has a line with its point in pixels and in micrometers, its
 * probability, whether it is a mitosis, and the scale that converts pixels to micrometers.
 *
 * @param provenance Adds the columns `file`, `file_sha256`, `model`, `model_sha256` and `version`, so that
 * tables of several fields can be joined.
 */
export function toCsv(
  { image: { mpp, mppOrigin }, detections }: CsvContent,
  provenance?: Provenance,
): string {
  const made: Record<string, string> = provenance === undefined ? {} : {
    file: provenance.input.name,
    file_sha256: provenance.input.sha256,
    model: `${provenance.model.name} ${provenance.model.version}`,
    model_sha256: provenance.model.sha256,
    version: provenance.version,
  };
  return csvTable(
    [
      ...["x", "y", "x_um", "y_um", "probability", "mitosis", "mpp", "mpp_origin"],
      ...Object.keys(made),
    ],
    detections.map(({ x, y, probability, mitosis }) => [
      x,
      y,
      toMicrometers(x, mpp),
      toMicrometers(y, mpp),
      probability,
      mitosis,
      mpp,
      mppOrigin,
      ...Object.values(made),
    ]),
  );
}

/** Converts pixels to micrometers, rounded to three decimal places (nanometers). */
function toMicrometers(pixels: number, mpp: number): number {
  return Number((pixels * mpp).toFixed(3));
}
