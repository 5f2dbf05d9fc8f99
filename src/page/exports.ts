/// <reference lib="dom" />
import { csvTable, toCsv } from "../result/output/csv.ts";
import { type FormatName, formats } from "../result/output/formats.ts";
import { toGeoJson } from "../result/output/geojson.ts";
import { toMidog } from "../result/output/midog.ts";
import type { App } from "./app.ts";
import { type Candidate, mitosesOf } from "./candidate.ts";
import { overlayPng } from "./overlay_png.ts";
import { probabilityOf } from "./patches.ts";
import type { Scale } from "./scale.ts";
import type { Field } from "./state.ts";

/** What a field's exports are made of: its mitoses after the person's corrections, and its scale. */
interface FieldExport {
  readonly mitoses: readonly Candidate[];
  readonly scale: Scale;
  readonly picture: () => Promise<ImageBitmap>;
}

/** Formats in which the page writes a field. */
const fieldWriters = {
  geojson: (field: FieldExport) => jsonText(toGeoJson(toResult(field))),
  csv: (field: FieldExport) => toCsv(toResult(field)),
  midog: (field: FieldExport) => jsonText(toMidog(toResult(field))),
  overlay: async ({ picture, mitoses, scale }: FieldExport) =>
    overlayPng(await picture(), mitoses, scale),
} satisfies Partial<Record<FormatName, (field: FieldExport) => string | Promise<Blob>>>;

/** The name of a format in which the page writes a field. */
export type FieldFormat = keyof typeof fieldWriters;

/** The names of the formats in which the page writes a field. */
export const fieldFormats = Object.keys(fieldWriters) as FieldFormat[];

/**
 * Saves a field in one format.
 *
 * @throws {Error} If the search of the field is not done.
 */
export async function saveField(app: App, format: FieldFormat, field: Field): Promise<void> {
  if (field.search.status !== "done") throw new Error(`${field.name} has no result to export.`);
  const written = await fieldWriters[format]({
    mitoses: mitosesOf(field.candidates, app.store.state.threshold),
    scale: field.search.scale,
    picture: () => app.pictures.get(field),
  });
  save(written, format, field.name.replace(/\.[^.]+$/, ""));
}

/** Saves the patches as CSV, one line each. A patch without a probability has empty cells. */
export function savePatches({ store }: App): void {
  const { patches, threshold } = store.state;
  const rows = patches.map((patch) => {
    const probability = probabilityOf(patch);
    const mitosis = probability === undefined ? undefined : probability >= threshold;
    return [patch.name, probability, mitosis];
  });
  save(csvTable(["file", "probability", "mitosis"], rows), "csv", "patches");
}

/** Hands a file to the browser, which saves it. */
function save(content: string | Blob, format: FormatName, name: string): void {
  const { mediaType, extension } = formats[format];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  link.download = name + extension;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Converts mitoses to what the writers take that the page shares with the service. */
function toResult({ mitoses, scale: { mpp, origin, fileMpp } }: FieldExport) {
  const detections = mitoses.map(({ x, y, probability }) => ({ x, y, probability, mitosis: true }));
  const stated = fileMpp === undefined ? {} : { fileMpp };
  return { image: { mpp, mppOrigin: origin, ...stated }, detections };
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2) + "\n";
}
