import type { FieldImage, Place } from "../result.ts";

/** What a table is written of. */
interface Places {
  readonly image: Pick<FieldImage, "mpp">;
  readonly detections: readonly Place[];
}

/** Detections as CSV (RFC 4180): a line each, places in pixels and in micrometers. */
export function toCsv({ image: { mpp }, detections }: Places): string {
  const lines = detections.map(({ x, y, probability, mitosis }) =>
    [x, y, microns(x * mpp), microns(y * mpp), probability, mitosis].join(",")
  );
  return ["x,y,x_um,y_um,probability,mitosis", ...lines, ""].join("\r\n");
}

function microns(value: number): number {
  return Number(value.toFixed(3));
}
