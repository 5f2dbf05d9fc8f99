/** An 8-bit RGB picture: rows from top to bottom, three bytes per pixel, no padding. */
export interface RgbImage {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** uint8 `[height, width, 3]`, 0 to 255. */
  readonly data: Uint8Array;
}
