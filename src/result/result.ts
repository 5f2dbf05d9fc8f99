import type { Resolution } from "../image/mpp.ts";
import type { Point, Size } from "../image/region.ts";

/**
 * Two points closer than this are taken for the same cell, in micrometers; about the diameter of a
 * mitotic figure.
 */
export const SAME_CELL_UM = 7.5;

/** A point that the model has scored, in pixels of the file. */
export interface Detection extends Point {
  /** The probability of a mitosis at this point, 0 to 1. */
  readonly probability: number;
  /** Whether the probability reaches the threshold. */
  readonly mitosis: boolean;
}

/** A point to export: a detection, or a point that a person added, which has no probability. */
export interface Mark extends Omit<Detection, "probability"> {
  readonly probability: number | undefined;
}

/** The picture that was searched: its size in pixels of the file, and its resolution. */
export interface FieldImage extends Size, Resolution {}

/** How a field is searched. */
export interface DetectOptions {
  /** The lowest probability of a mitosis. */
  readonly threshold: number;
  /** Micrometers per pixel that the user gives; undefined where the file or the model decide. */
  readonly mpp: number | undefined;
  /** Orientations in which a window that may show a mitosis is scored: 1 or 8. */
  readonly tta: 1 | 8;
  /** Of detections nearer to each other than this only the most probable is kept, in micrometers. */
  readonly suppression: number;
  /** Whether to list points below the threshold too. */
  readonly keep: boolean;
  /** Whether to score windows at every `stride` pixels instead of at candidates. */
  readonly exact: boolean;
  /** Pixels at the model's resolution; used with `exact` only. */
  readonly stride: number;
}

/** The count of mitoses and their density. */
export interface FieldSummary {
  readonly count: number;
  readonly areaMm2: number;
  readonly perMm2: number;
}

/** The result of a search. */
export interface FieldResult {
  readonly image: FieldImage;
  readonly threshold: number;
  /** How many windows were scored. */
  readonly windows: number;
  /** From the most probable on. */
  readonly detections: readonly Detection[];
  /** Whether there are more detections than are listed. The summary counts all mitoses. */
  readonly truncated: boolean;
  readonly summary: FieldSummary;
  /** All points that were scored, before suppression, tile by tile, where they were asked for. */
  readonly scored: readonly Detection[];
}
