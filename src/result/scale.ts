import { mppDisagrees, type Resolution } from "../image/mpp.ts";

/** Something about a result that a person should check. */
export interface Warning {
  /** For programs. */
  readonly code: "scale_assumed" | "scale_mismatch";
  /** For people: one or two sentences. */
  readonly message: string;
}

/** Lists what a person should check about the resolution of a picture. */
export function scaleWarnings(resolution: Resolution): Warning[] {
  const { mpp, mppOrigin, fileMpp } = resolution;
  if (mppOrigin === "assumed") {
    return [{
      code: "scale_assumed",
      message:
        `The file states no scale, so ${
          shortNumber(mpp)
        } µm per pixel are assumed. With another scale the ` +
        "count and the density are wrong: give mpp.",
    }];
  }
  if (mppOrigin === "request" && mppDisagrees(resolution)) {
    return [{
      code: "scale_mismatch",
      message:
        `The request gives ${shortNumber(mpp)} µm per pixel, but the file states ${
          shortNumber(fileMpp)
        }. The value of ` +
        "the request was used; check which is right.",
    }];
  }
  return [];
}

/**
 * Describes a resolution and where it comes from, in a few words.
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
