import type { MppOrigin } from "../image/mpp.ts";
import { t } from "./language.ts";

/** The searched image, as the service describes it in a result. */
export interface SearchedImage {
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel at which the field was searched. */
  readonly mpp: number;
  /** Where `mpp` comes from; absent if the service does not state it. */
  readonly mppOrigin?: MppOrigin;
  /** Micrometers per pixel that the file states; absent if it states none. */
  readonly fileMpp?: number;
}

/** The resolution of a searched field, and where it comes from. */
export interface Scale {
  /** Micrometers per pixel. */
  readonly mpp: number;
  readonly origin: MppOrigin;
  /** Micrometers per pixel that the file states, if any. */
  readonly fileMpp: number | undefined;
}

/**
 * Returns the scale of a result. If the service does not state its origin, the scale was entered, or else
 * assumed.
 *
 * @param enteredMpp Micrometers per pixel that were sent with the request, if any.
 */
export function scaleOf(image: SearchedImage, enteredMpp: number | undefined): Scale {
  const { mpp, fileMpp, mppOrigin } = image;
  return { mpp, fileMpp, origin: mppOrigin ?? (enteredMpp === undefined ? "assumed" : "request") };
}

/** The origin of a scale, in the words of the page. */
const ORIGINS: Readonly<Record<MppOrigin, string>> = {
  file: "from the file",
  request: "entered",
  assumed: "assumed",
};

/**
 * Describes a scale for people: `0.25 µm/px (from the file)`.
 *
 * @param isConfirmed Whether the person confirmed the scale.
 */
export function describeScale({ mpp, origin }: Scale, isConfirmed = false): string {
  const confirmed = origin === "assumed" && isConfirmed ? `, ${t("confirmed")}` : "";
  return `${formatMpp(mpp)} (${t(ORIGINS[origin])}${confirmed})`;
}

/** Writes micrometers per pixel with at most four significant digits: `0.2528 µm/px`. */
export function formatMpp(mpp: number): string {
  return `${Number(mpp.toPrecision(4))} µm/px`;
}
