import { mppDisagrees, type Resolution } from "../image/mpp.ts";

/** A warning about a result, which a person should check. */
export interface Warning {
  /** For programs. */
  readonly code: "scale_assumed" | "scale_mismatch";
  /** For people: one or two sentences. */
  readonly message: string;
}

/** Lists the warnings about the resolution of a picture: none, or one. */
export function scaleWarnings(resolution: Resolution): Warning[] {
  const { mppOrigin } = resolution;
  const used = shortNumber(resolution.mpp);
  const stated = shortNumber(resolution.fileMpp);
  if (mppOrigin === "assumed") {
    return [{
      code: "scale_assumed",
      message:
        `The file states no scale, so ${used} µm per pixel are assumed. If this is not its scale, the ` +
        "count and the density are wrong; then give mpp.",
    }];
  }
  if (mppOrigin === "request" && mppDisagrees(resolution)) {
    return [{
      code: "scale_mismatch",
      message: `The request gives ${used} µm per pixel, but the file states ${stated}. ` +
        "The value of the request was used; check which is right.",
    }];
  }
  return [];
}

/**
 * Describes a resolution and where it comes from, such as "0.25 µm/px (assumed)".
 *
 * @example
 * ```ts
 * import { describeScale } from "./scale.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(describeScale({ mpp: 0.25, mppOrigin: "assumed" }), "0.25 µm/px (assumed)");
 * equal(
 *   describeScale({ mpp: 0.25, mppOrigin: "request", fileMpp: 0.5 }),
 *   "0.25 µm/px (request; the file states 0.5)",
 * );
 * ```
 */
export function describeScale(resolution: Resolution): string {
  const { mpp, mppOrigin, fileMpp } = resolution;
  const conflict = mppDisagrees(resolution) ? `; the file states ${shortNumber(fileMpp)}` : "";
  return `${shortNumber(mpp)} µm/px (${mppOrigin}${conflict})`;
}

/** Formats a number with four significant digits at most. */
function shortNumber(value = NaN): string {
  return String(Number(value.toPrecision(4)));
}
