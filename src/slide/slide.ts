import type { Region } from "../image/region.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { ByteSource } from "./bytes/byte_source.ts";
import type { DicomReference } from "./dicom/dicom_pyramid.ts";
import { LevelReader } from "./level_reader.ts";
import { type OpenOptions, openPyramid } from "./open_pyramid.ts";
import type { Pyramid } from "./pyramid.ts";

/** One resolution of a slide. */
export interface SlideLevel {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Pixels at full resolution per pixel of the level, along one axis; at least 1. */
  readonly downsample: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

/**
 * A whole slide whose pixels are read region by region. Its levels never include label, macro or
 * thumbnail images. It holds nothing about the patient.
 */
export interface Slide {
  /** Pixels across at full resolution; that of level 0. */
  readonly width: number;
  /** Pixels down at full resolution; that of level 0. */
  readonly height: number;
  /** Micrometers per pixel that the file states; undefined if it states none. */
  readonly mpp: number | undefined;
  /** Format and compression, to be shown to people: "Aperio SVS, JPEG 2000". */
  readonly format: string;
  /** From the largest to the smallest; level 0 is full resolution. */
  readonly levels: readonly SlideLevel[];
  /** The UIDs of a DICOM slide. Results in DICOM refer to them. */
  readonly dicom?: DicomReference;
  /**
   * Identifies the slide and its version: size and modification time or ETag of the files, and a checksum
   * of the offsets of all tiles.
   */
  readonly identity: string;
  /**
   * Reads pixels of a level as they are stored.
   *
   * @param region Whole pixels of the level, inside it.
   * @throws {Problem} `image_truncated` or `image_corrupt`, naming the tile that is missing or damaged;
   * `slide_changed`, `slide_unreachable`. The reason of `signal` when it aborts.
   */
  readLevel(level: number, region: Region, signal?: AbortSignal): Promise<RgbImage>;
  /** Closes the files. No read may follow. */
  close(): void;
}

/** Options of {@linkcode openSlide}. */
export interface SlideOptions extends OpenOptions {
  /** Bytes of decoded tiles that are kept in memory; by default 96 MB. */
  readonly maxCacheBytes?: number;
}

const DEFAULT_CACHE_BYTES = 96 << 20;

/**
 * Opens a slide. Reads the sizes of its levels and the offsets of its tiles, but no pixels.
 *
 * @param location A file, an address (http, https), a folder of DICOM files, or several DICOM files of one
 * slide.
 * @throws {Problem} `image_unsupported`, with the name of the format; `image_corrupt`, `image_truncated`;
 * `file_unreadable`, `slide_unreachable`, `slide_not_allowed`.
 */
export async function openSlide(
  location: string | readonly string[],
  options: SlideOptions = {},
): Promise<Slide> {
  const sources: ByteSource[] = [];
  try {
    const pyramid = await openPyramid(location, sources, options);
    const [full] = pyramid.levels;
    if (full === undefined) throw new RangeError("a slide without levels");
    const reader = new LevelReader(pyramid.levels, options.maxCacheBytes ?? DEFAULT_CACHE_BYTES);
    return {
      width: full.width,
      height: full.height,
      mpp: pyramid.mpp,
      format: pyramid.format,
      ...(pyramid.dicom && { dicom: pyramid.dicom }),
      levels: pyramid.levels.map(({ width, height, downsample, tileWidth, tileHeight }) => (
        { width, height, downsample, tileWidth, tileHeight }
      )),
      identity: await identityOf(pyramid, sources),
      readLevel: (level, region, signal) => reader.read(level, region, signal),
      close: () => {
        reader.clear();
        for (const source of sources) source.close();
      },
    };
  } catch (thrown) {
    for (const source of sources) source.close();
    throw thrown;
  }
}

/** Returns {@linkcode Slide.identity}. */
async function identityOf(
  { levels, tileRanges }: Pyramid,
  sources: readonly ByteSource[],
): Promise<string> {
  const sizes = levels.flatMap((level) => [level.width, level.height, level.tileWidth]);
  const numbers = Float64Array.from([sizes, ...tileRanges].flat());
  const versions = sources.map(({ version }) => version);
  const [only] = versions;
  if (versions.length === 1 && only !== undefined) {
    return `${only}, index ${await checksumOf(numbers)}`;
  }
  const bytes = sources.reduce((sum, { length }) => sum + length, 0);
  const text = new TextEncoder().encode(versions.join("\n"));
  const files = `${bytes} bytes in ${versions.length} files ${await checksumOf(text)}`;
  return `${files}, index ${await checksumOf(numbers)}`;
}

async function checksumOf(data: BufferSource): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}
