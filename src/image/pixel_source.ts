import type { Region } from "./region.ts";
import { resample } from "./resample.ts";
import type { RgbImage } from "./rgb_image.ts";

/**
 * A picture whose pixels can be read region by region, so that it need not fit into memory. The search
 * knows pictures only by this interface.
 */
export interface PixelSource {
  /** Pixels across at full resolution. */
  readonly width: number;
  /** Pixels down at full resolution. */
  readonly height: number;
  /** Micrometers per pixel that the file states; undefined if it states none. */
  readonly mpp: number | undefined;
  /**
   * Reads a region of the picture after scaling.
   *
   * @param region Whole pixels of the scaled picture, inside it.
   * @param scale Pixels of the scaled picture per pixel at full resolution; 1 reads the pixels as they
   * are stored.
   * @returns Pixels that the caller must not change.
   * @throws The reason of `signal` when it aborts.
   */
  read(region: Region, scale: number, signal?: AbortSignal): Promise<RgbImage>;
}

/** Reads from a decoded picture in memory. */
export function pictureSource(image: RgbImage, mpp?: number): PixelSource {
  const { width, height } = image;
  return {
    width,
    height,
    mpp,
    read(region, scale, signal) {
      signal?.throwIfAborted();
      return Promise.resolve(resample(image, scale, region));
    },
  };
}
