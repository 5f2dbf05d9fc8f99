import type { ByteSource } from "./bytes/byte_source.ts";
import { openFileSource } from "./bytes/file_source.ts";
import { LevelReader } from "./level_reader.ts";
import type { Pyramid } from "./pyramid.ts";
import { slideFormat } from "./slide_format.ts";
import { openTiffPyramid } from "./tiff/tiff_pyramid.ts";
import type { Region } from "../image/region.ts";
import type { RgbImage } from "../image/rgb_image.ts";

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
 * A whole slide whose pixels are read region by region. Label, macro and thumbnail images are never
 * among its levels, and nothing about the patient is read into it.
 */
export interface Slide {
  /** Pixels across at full resolution; that of level 0. */
  readonly width: number;
  /** Pixels down at full resolution; that of level 0. */
  readonly height: number;
  /** Micrometers per pixel that the file states; undefined where it states none. */
  readonly mpp: number | undefined;
  /** Format and compression for people: "Aperio SVS, JPEG 2000". */
  readonly format: string;
  /** From the largest to the smallest; level 0 is full resolution. */
  readonly levels: readonly SlideLevel[];
  /** Tells slides and their versions apart: size, modification time or ETag, checksum of the index. */
  readonly identity: string;
  /**
   * Reads pixels of a level as they are stored.
   *
   * @param region Whole pixels of the level, inside it.
   * @throws {Problem} `image_truncated` or `image_corrupt`, naming the tile that is missing or damaged;
   * `slide_changed`, `slide_unreachable`. The reason of `signal` when it fires.
   */
  readLevel(level: number, region: Region, signal?: AbortSignal): Promise<RgbImage>;
  /** Closes the files. No read may follow. */
  close(): void;
}

/** How a slide is opened. */
export interface SlideOptions {
  /** Bytes of decoded tiles that are kept in memory; 96 MB where it is not given. */
  readonly maxCacheBytes?: number;
  /** Stops the opening. */
  readonly signal?: AbortSignal;
}

const DEFAULT_CACHE_BYTES = 96 << 20;

/**
 * Opens a slide: reads what it holds and where, not a pixel.
 *
 * @param location A file, a folder of DICOM files, or several DICOM files of one slide.
 * @throws {Problem} `image_unsupported` for a format that is not read, by its name; `image_corrupt`,
 * `image_truncated`; `file_unreadable`.
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

/** Opens what is at a location. Files that are opened are added to `sources`. */
async function openPyramid(
  location: string | readonly string[],
  sources: ByteSource[],
  { signal }: SlideOptions,
): Promise<Pyramid> {
  const source = await openFileSource(String(location));
  sources.push(source);
  await slideFormat(source, signal);
  return await openTiffPyramid(source);
}

/** Size and time of the files, and a checksum of the places of all tiles. */
async function identityOf(
  { levels, index }: Pyramid,
  sources: readonly ByteSource[],
): Promise<string> {
  const sizes = levels.flatMap((level) => [level.width, level.height, level.tileWidth]);
  const numbers = Float64Array.from([sizes, ...index].flat());
  const digest = await crypto.subtle.digest("SHA-256", numbers);
  return [...sources.map(({ version }) => version), new Uint8Array(digest).toHex()].join(", ");
}
