/// <reference lib="dom" />
import type { App } from "./app.ts";
import { csvTable, toCsv } from "../result/output/csv.ts";
import { toGeoJson } from "../result/output/geojson.ts";
import { toMidog } from "../result/output/midog.ts";
import { overlayPng } from "./overlay_png.ts";
import { mitosesOf } from "./review.ts";
import type { Field } from "./state.ts";

/** A file that can be taken home. */
export interface Format {
  readonly name: string;
  readonly title: string;
  readonly extension: string;
  write(app: App, field: Field): Blob | Promise<Blob>;
}

/** What a field's corrected mitoses are written as. */
export const FIELD_FORMATS: readonly Format[] = [
  {
    name: "GeoJSON",
    title: "Annotations for QuPath",
    extension: "geojson",
    write: (app, field) => json(toGeoJson(found(app, field))),
  },
  {
    name: "CSV",
    title: "A table",
    extension: "csv",
    write: (app, field) => text(toCsv(found(app, field)), "text/csv"),
  },
  {
    name: "MIDOG JSON",
    title: "As the MIDOG challenge reads it",
    extension: "midog.json",
    write: (app, field) => json(toMidog(found(app, field))),
  },
  {
    name: "Overlay PNG",
    title: "The picture with its marks, count and scale bar",
    extension: "overlay.png",
    write: async (app, field) =>
      overlayPng(await app.pictures.of(field), field, app.store.state.threshold),
  },
];

/** What the patches' probabilities are written as. */
export const PATCH_FORMATS: readonly Format[] = [
  {
    name: "CSV",
    title: "A table",
    extension: "csv",
    write({ store }) {
      const { patches, threshold } = store.state;
      const rows = patches.flatMap(({ name, probability }) =>
        probability === undefined ? [] : [[name, probability, probability >= threshold]]
      );
      return text(csvTable(["file", "probability", "mitosis"], rows), "text/csv");
    },
  },
];

/** Writes a file and hands it to the browser to keep. */
export async function save(app: App, format: Format, field: Field | undefined): Promise<void> {
  const blob = await format.write(app, field as Field);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${field?.name.replace(/\.[^.]+$/, "") ?? "patches"}.${format.extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** What counts, after the person's corrections, as the service's own writers take it. */
function found({ store }: App, field: Field) {
  const detections = mitosesOf(field.candidates, store.state.threshold)
    .map(({ x, y, probability }) => ({ x, y, probability, mitosis: true }));
  return { image: { mpp: field.mpp }, detections };
}

function json(value: unknown): Blob {
  return text(JSON.stringify(value, undefined, 2) + "\n", "application/json");
}

function text(content: string, type: string): Blob {
  return new Blob([content], { type });
}
