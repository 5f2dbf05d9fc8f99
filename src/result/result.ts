/** A place that the model was asked about, in pixels of the file. */
export interface Detection {
  /** From the left edge. */
  readonly x: number;
  /** From the upper edge. */
  readonly y: number;
  /** That a mitosis is there, 0 to 1. */
  readonly probability: number;
  /** Whether the probability reaches the threshold. */
  readonly mitosis: boolean;
}

/**
 * Two places closer than this are taken for the same cell, in micrometers; about the diameter of a
 * mitotic figure.
 */
export const SAME_CELL_UM = 7.5;

/** A place to write down: a detection, or one that a person added and no model scored. */
export interface Place extends Omit<Detection, "probability"> {
  readonly probability: number | undefined;
}

/** The picture that was searched. */
export interface FieldImage {
  /** Pixels, as they are in the file. */
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel. */
  readonly mpp: number;
}

/** How a field is searched. */
export interface DetectOptions {
  /** A mitosis from this probability on. */
  readonly threshold: number;
  /** Resolution of the field, micrometers per pixel. */
  readonly mpp: number;
  /** Orientations of each window that may show a mitosis: 1 or 8. */
  readonly tta: 1 | 8;
  /** Of two detections nearer than this only the more probable stays, in micrometers. */
  readonly suppression: number;
  /** Also give places below the threshold, marked. */
  readonly keep: boolean;
  /** Score windows at every `stride` pixels instead of at candidates. */
  readonly exact: boolean;
  /** In pixels of the model's resolution; only with `exact`. */
  readonly stride: number;
}

/** How many, and how densely. */
export interface FieldSummary {
  readonly count: number;
  readonly areaMm2: number;
  readonly perMm2: number;
}

/** What was found in a field. */
export interface FieldResult {
  readonly image: FieldImage;
  readonly threshold: number;
  /** Windows that were scored. */
  readonly windows: number;
  /** From the most probable on. */
  readonly detections: readonly Detection[];
  readonly summary: FieldSummary;
  /** All places that were scored, before suppression, tile by tile: what a heat map is drawn of. */
  readonly scored: readonly Detection[];
}
