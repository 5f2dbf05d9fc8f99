import type { Grid } from "./grid.ts";

/** How the samples of a page are stored and what they mean. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly littleEndian: boolean;
  readonly samplesPerPixel: number;
  /** The same for all samples. */
  readonly bitsPerSample: number;
  readonly sampleFormat: "unsigned" | "signed" | "float";
  /**
   * The values of black and white for each sample (SMinSampleValue, SMaxSampleValue). Empty for unsigned
   * samples of up to 16 bits, whose black is 0 and whose white is the largest value.
   */
  readonly ranges: readonly (readonly [black: number, white: number])[];
  /** Samples that hold the color: 1 for gray and palette, 3 for RGB and YCbCr. */
  readonly colorSamples: 1 | 3;
  /** Whether 0 is white and the largest value black (PhotometricInterpretation WhiteIsZero). */
  readonly whiteIsZero: boolean;
  /** Whether the decoded samples are YCbCr and have to be converted to RGB. */
  readonly isYCbCr: boolean;
  /** The 8-bit RGB color of each value of a sample. */
  readonly palette?: Uint8Array;
  /** The sample that holds the opacity, and whether the colors are multiplied by it. */
  readonly alpha?: { readonly sample: number; readonly associated: boolean };
  /** Whether the samples of a pixel are in separate strips or tiles (PlanarConfiguration 2). */
  readonly planar: boolean;
  /** The number of the compression; `compressions.ts` has a table. */
  readonly compression: number;
  /** 1 none, 2 differences to the pixel on the left, 3 the same for floating point. */
  readonly predictor: number;
  /** Whether the first pixel is in the lowest bits of a byte (FillOrder 2). */
  readonly reversedBits: boolean;
  /** Whether PhotometricInterpretation is YCbCr, which decides how a JPEG is decoded. */
  readonly jpegYCbCr: boolean;
  /** The tables that all JPEG strips or tiles share. */
  readonly jpegTables?: Uint8Array;
  readonly grid: Grid;
}
