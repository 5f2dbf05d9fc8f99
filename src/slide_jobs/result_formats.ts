import { formats } from "../result/output/formats.ts";

/** A file of the result of a slide. */
interface ResultFormat {
  /** The ending that `writeSlideResult` appends to the path. */
  readonly ending: string;
  readonly mediaType: string;
}

/** The files of the result of a slide, by the names in their addresses. */
export const resultFormats = {
  json: { ending: ".json", mediaType: formats.json.mediaType },
  csv: { ending: ".csv", mediaType: formats.csv.mediaType },
  geojson: { ending: ".geojson", mediaType: formats.geojson.mediaType },
  midog: { ending: ".midog.json", mediaType: formats.midog.mediaType },
  png: { ending: ".png", mediaType: "image/png" },
  dcm: { ending: ".ann.dcm", mediaType: "application/dicom" },
} as const satisfies Record<string, ResultFormat>;

/** The name of one of {@linkcode resultFormats}. */
export type ResultFormatName = keyof typeof resultFormats;

/** The names of all {@linkcode resultFormats}. */
export const resultFormatNames = Object.keys(resultFormats) as [
  ResultFormatName,
  ...ResultFormatName[],
];
