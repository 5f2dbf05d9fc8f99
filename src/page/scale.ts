import type { MppOrigin } from "../image/mpp.ts";

/** The image as the service describes it beside a result. */
export interface SearchedImage {
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel with which the field was searched. */
  readonly mpp: number;
  /** Absent where the service does not say it. */
  readonly mppOrigin?: MppOrigin;
  /** Micrometers per pixel that the file names; absent where it names none. */
  readonly fileMpp?: number;
}

/** The resolution of a searched field, and where it comes from. */
export interface Scale {
  /** Micrometers per pixel. */
  readonly mpp: number;
  readonly origin: MppOrigin;
  /** Micrometers per pixel that the file names, if any. */
  readonly fileMpp: number | undefined;
}

/**
 * Reads the scale of a result. Where the service does not say its origin, the scale is the one that was
 * entered, or else an assumed one.
 *
 * @param enteredMpp Micrometers per pixel that were sent with the request, if any.
 */
export function scaleOf(image: SearchedImage, enteredMpp: number | undefined): Scale {
  const { mpp, fileMpp, mppOrigin } = image;
  return { mpp, fileMpp, origin: mppOrigin ?? (enteredMpp === undefined ? "assumed" : "request") };
}

const ORIGINS: Readonly<Record<MppOrigin, string>> = {
  file: "from the file",
  request: "entered",
  assumed: "assumed",
};

/** Describes a scale for people: `0.25 µm/px (from the file)`. */
export function describeScale({ mpp, origin }: Scale): string {
  return `${formatMpp(mpp)} (${ORIGINS[origin]})`;
}

/** Writes micrometers per pixel with four significant digits: `0.2528 µm/px`. */
export function formatMpp(mpp: number): string {
  return `${Number(mpp.toPrecision(4))} µm/px`;
}
