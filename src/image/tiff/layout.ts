import type { Grid } from "./grid.ts";

/** How the samples of a page are stored and what they mean; black is 0 and white the largest value. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly littleEndian: boolean;
  /** Samples of a pixel. */
  readonly samples: number;
  /** Bits of a sample, the same for all. */
  readonly bits: number;
  /** Unsigned integers, signed integers, or floating point. */
  readonly format: "unsigned" | "signed" | "float";
  /** The values of black and white of each color, for what is not unsigned. */
  readonly ranges: readonly (readonly [black: number, white: number])[];
  /** 1 for gray and palette, 3 for RGB and YCbCr. */
  readonly colors: 1 | 3;
  /** Whether 0 is white. */
  readonly inverted: boolean;
  /** Whether the codec gives YCbCr, which has to be made RGB. */
  readonly yCbCr: boolean;
  /** 8-bit RGB of each value of a sample. */
  readonly palette?: Uint8Array;
  /** The sample that says how opaque a pixel is, and whether the colors are multiplied by it. */
  readonly alpha?: { readonly sample: number; readonly associated: boolean };
  /** Each sample in strips or tiles of its own. */
  readonly planar: boolean;
  readonly compression: number;
  /** 1 none, 2 differences to the left, 3 the same of floating point. */
  readonly predictor: number;
  /** Whether the first pixel is in the lowest bits of a byte (FillOrder 2). */
  readonly reversedBits: boolean;
  /** Whether PhotometricInterpretation is YCbCr, which decides how a JPEG is decoded. */
  readonly jpegYCbCr: boolean;
  readonly jpegTables?: Uint8Array;
  readonly grid: Grid;
}
