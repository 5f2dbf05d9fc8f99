/// <reference lib="dom" />
import { csvTable, type CsvValue } from "../result/output/csv.ts";
import { type FormatName, formats } from "../result/output/formats.ts";
import { toGeoJson } from "../result/output/geojson.ts";
import { toMidog } from "../result/output/midog.ts";
import { isInArea } from "./review/counting_area.ts";
import type { App } from "./app.ts";
import { byProbability, type Candidate, isMitosis, mitosesOf } from "./candidate.ts";
import { isScaleSure } from "./field_search.ts";
import { overlayPng } from "./overlay_png.ts";
import { isMitosisPatch, probabilityOf, verdictOf } from "./patches.ts";
import type { PictureReview } from "./review/decision.ts";
import type { Scale } from "./scale.ts";
import type { Field } from "./state.ts";

/** The content of a field's exports, after the person's review. */
interface FieldExport {
  /** Mitoses first, then, on request, what the person rejected. */
  readonly candidates: readonly Candidate[];
  readonly threshold: number;
  readonly scale: Scale;
  readonly isScaleSure: boolean;
  readonly review: PictureReview;
  readonly picture: () => Promise<ImageBitmap>;
}

/** Color of the class `Not mitosis` in QuPath, as red, green and blue. */
const NOT_MITOSIS_COLOR = [120, 120, 120] as const;

/** The formats in which the page saves a field, and the function that writes each. */
const fieldWriters = {
  geojson: (field: FieldExport) => jsonText(fieldGeoJson(field)),
  csv: fieldCsv,
  midog: (field: FieldExport) => jsonText(toMidog(toResult(field))),
  overlay: async ({ picture, candidates, threshold, scale }: FieldExport) =>
    overlayPng(await picture(), mitosesOf(candidates, threshold), scale),
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
  const { threshold, exportsRejected } = app.store.state;
  const isRejected = ({ verdict }: Candidate) => exportsRejected && verdict === "rejected";
  const written = await fieldWriters[format]({
    candidates: [
      ...mitosesOf(field.candidates, threshold),
      ...field.candidates.filter(isRejected).sort(byProbability),
    ],
    threshold,
    scale: field.search.scale,
    isScaleSure: isScaleSure(field),
    review: field.review,
    picture: () => app.pictures.get(field),
  });
  saveFile(written, formats[format], field.name.replace(/\.[^.]+$/, ""));
}

/**
 * Saves the patches as a CSV file with one line for each. A patch that is not scored has an empty
 * probability; without a decision, it has an empty result too.
 */
export function savePatches({ store }: App): void {
  const { patches, threshold } = store.state;
  const rows = patches.map((patch) => {
    const probability = probabilityOf(patch);
    const verdict = verdictOf(patch);
    const isKnown = probability !== undefined || verdict !== "undecided";
    const mitosis = isKnown ? isMitosisPatch(patch, threshold) : undefined;
    return [patch.name, probability, mitosis, verdict, threshold];
  });
  const table = csvTable(["file", "probability", "mitosis", "decision", "threshold"], rows);
  saveFile(table, formats.csv, "patches");
}

/** Makes the browser save a file. `name` is without the ending, which the format adds. */
export function saveFile(
  content: string | Blob,
  { mediaType, extension }: { readonly mediaType: string; readonly extension: string },
  name: string,
): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  link.download = name + extension;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Converts an export to the input of the writers, which the page shares with the service. */
function toResult({ candidates, threshold, scale: { mpp, origin, fileMpp } }: FieldExport) {
  const detections = candidates.map((candidate) => {
    const { x, y, probability } = candidate;
    return { x, y, probability, mitosis: isMitosis(candidate, threshold) };
  });
  const stated = fileMpp === undefined ? {} : { fileMpp };
  return { image: { mpp, mppOrigin: origin, ...stated }, detections };
}

/**
 * Says what a candidate counts as and why: the model found it, the person accepted, rejected or added it.
 */
function statusOf({ verdict, probability }: Candidate): string {
  if (probability === undefined && verdict === "accepted") return "added";
  return verdict === "undecided" ? "found" : verdict;
}

/**
 * Writes the service's GeoJSON with the person's decisions. QuPath shows the classes `Mitosis` and
 * `Not mitosis`, and the members of `metadata`, which must be texts.
 */
function fieldGeoJson(field: FieldExport) {
  const { candidates, threshold, scale, isScaleSure: isSure } = field;
  const collection = toGeoJson(toResult(field));
  return {
    ...collection,
    image: { ...collection.image, mppConfirmed: isSure },
    threshold,
    features: collection.features.map((feature, i) => {
      const candidate = candidates[i] as Candidate;
      const { cellClass, note } = candidate;
      return {
        ...feature,
        properties: {
          ...feature.properties,
          classification: isMitosis(candidate, threshold)
            ? feature.properties.classification
            : { name: "Not mitosis", color: NOT_MITOSIS_COLOR },
          metadata: {
            status: statusOf(candidate),
            ...(cellClass === undefined ? {} : { class: cellClass }),
            ...(note === "" ? {} : { note }),
            mpp: String(scale.mpp),
            mppOrigin: scale.origin,
          },
        },
      };
    }),
  };
}

/** Writes the service's table, with columns for the person's decisions after its own. */
function fieldCsv({ candidates, threshold, scale, isScaleSure: isSure, review }: FieldExport) {
  const { mpp, origin } = scale;
  const micrometers = (pixels: number) => Number((pixels * mpp).toFixed(3));
  return csvTable(
    [
      ...["x", "y", "x_um", "y_um", "probability", "mitosis", "mpp", "mpp_origin"],
      ...["mpp_confirmed", "threshold", "status", "class", "in_area", "note"],
    ],
    candidates.map((candidate): CsvValue[] => {
      const { x, y, probability, cellClass, note } = candidate;
      return [
        x,
        y,
        micrometers(x),
        micrometers(y),
        probability,
        isMitosis(candidate, threshold),
        mpp,
        origin,
        isSure,
        threshold,
        statusOf(candidate),
        cellClass,
        review.area === undefined ? undefined : isInArea(review.area, candidate, mpp),
        safeText(note),
      ];
    }),
  );
}

/** Prevents spreadsheets from running a note as a formula. */
function safeText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2) + "\n";
}
