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

/** The content of a field's exports: its mitoses after the person's review, its scale and its picture. */
interface FieldExport {
  readonly mitoses: readonly Candidate[];
  readonly scale: Scale;
  readonly picture: () => Promise<ImageBitmap>;
}

/** The formats in which the page saves a field, and the function that writes each. */
const fieldWriters = {
  geojson: (field: FieldExport) => jsonText(toGeoJson(toResult(field))),
  csv: (field: FieldExport) => toCsv(toResult(field)),
  midog: (field: FieldExport) => jsonText(toMidog(toResult(field))),
  overlay: async ({ picture, mitoses, scale }: FieldExport) =>
    overlayPng(await picture(), mitoses, scale),
} satisfies Partial<Record<FormatName, (field: FieldExport) => string | Promise<Blob>>>;

/** The name of a format in which the page saves a field. */
export type FieldFormat = keyof typeof fieldWriters;

/** The names of all formats in which the page saves a field. */
export const fieldFormats = Object.keys(fieldWriters) as FieldFormat[];

/**
 * Saves a field as a file in one format.
 *
 * @throws {Error} If the search of the field is not done. For an overlay also if the picture of the field
 * cannot be decoded again or is too large to draw.
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

/**
 * Saves the patches as a CSV file with one line for each. A patch that is not scored has an empty
 * probability and an empty result.
 */
export function savePatches({ store }: App): void {
  const { patches, threshold } = store.state;
  const rows = patches.map((patch) => {
    const probability = probabilityOf(patch);
    const mitosis = probability === undefined ? undefined : probability >= threshold;
    return [patch.name, probability, mitosis];
  });
  save(csvTable(["file", "probability", "mitosis"], rows), "csv", "patches");
}

/** Makes the browser save a file. `name` is without the ending, which the format adds. */
function save(content: string | Blob, format: FormatName, name: string): void {
  const { mediaType, extension } = formats[format];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  link.download = name + extension;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Converts an export to the input of the writers, which the page shares with the service. */
function toResult({ mitoses, scale: { mpp, origin, fileMpp } }: FieldExport) {
  const detections = mitoses.map(({ x, y, probability }) => ({ x, y, probability, mitosis: true }));
  const stated = fileMpp === undefined ? {} : { fileMpp };
  return { image: { mpp, mppOrigin: origin, ...stated }, detections };
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2) + "\n";
}
