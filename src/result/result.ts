import type { Resolution } from "../image/mpp.ts";
import type { Point, Size } from "../image/region.ts";

/**
 * Points nearer to each other than this count as the same cell, in micrometers. It is about the diameter
 * of a mitotic figure.
 */
export const SAME_CELL_UM = 7.5;

/** A point that the model has scored, in pixels of the file. */
export interface Detection extends Point {
  /** The probability of a mitosis at this point, 0 to 1. */
  readonly probability: number;
  /** Whether the probability reaches the threshold. */
  readonly mitosis: boolean;
}

/** A point to export: a detection, or a point that a person added. */
export interface Mark extends Omit<Detection, "probability"> {
  /** 0 to 1; undefined for a point that a person added. */
  readonly probability: number | undefined;
}

/** The picture that was searched: its size in pixels of the file, and its resolution. */
export interface FieldImage extends Size, Resolution {}

/** The options of the search of a field. */
export interface DetectOptions {
  /** The lowest probability that counts as a mitosis, 0 to 1. */
  readonly threshold: number;
  /** Micrometers per pixel that the user gives. If undefined, the file decides, else the model. */
  readonly mpp: number | undefined;
  /**
   * Number of orientations in which a window that may show a mitosis is scored; not used with
   * `exact`.
   */
  readonly tta: 1 | 8;
  /** Of points nearer to each other than this, in micrometers, only the most probable is kept. */
  readonly suppression: number;
  /** Whether to list points below the threshold as detections too. */
  readonly keep: boolean;
  /** Whether to score windows at every `stride` pixels instead of at candidates. */
  readonly exact: boolean;
  /** Distance between windows, in pixels at the model's resolution; used with `exact` only. */
  readonly stride: number;
}

/** The count of mitoses and their density. */
export interface FieldSummary {
  /** Number of mitoses. */
  readonly count: number;
  /** Area of the whole picture in mm², to four significant digits. */
  readonly areaMm2: number;
  /** Mitoses per mm², to four significant digits. */
  readonly perMm2: number;
}

/** The result of a search. */
export interface FieldResult {
  readonly image: FieldImage;
  readonly threshold: number;
  /** Number of windows that were scored. */
  readonly windows: number;
  /** The points that are left after suppression, from the most probable to the least. */
  readonly detections: readonly Detection[];
  /** Whether there are more detections than are listed. The summary counts all mitoses. */
  readonly truncated: boolean;
  readonly summary: FieldSummary;
  /**
   * All points that were scored, before suppression, tile by tile, if the search keeps them. The heat map
   * shows them.
   */
  readonly scored: readonly Detection[];
}
