import { checkPixels } from "../max_pixels.ts";
import type { Region, Size } from "../region.ts";
import type { RgbImage } from "../rgb_image.ts";
import type { Overlap, Target } from "./colors.ts";
import { tiffDecodeBytes } from "./decode_memory.ts";
import { omePixels } from "./description.ts";
import { readDirectories } from "./directories.ts";
import type { Directory } from "./directory.ts";
import type { Layout } from "./layout.ts";
import type { TiffLibraries } from "./libraries.ts";
import { choosePicture } from "./pages.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";
import { readLayout } from "./read_layout.ts";
import { checkUsedBits } from "./sample_tags.ts";
import { readScale } from "./scale.ts";
import { readSegments, segmentBytes, type Segments } from "./segments.ts";
import type { TiffSource } from "./source.ts";
import { neededPlanes, unpackSegment, writeSegment } from "./unpack.ts";

/** The picture of a TIFF, which can be read region by region. */
export interface TiffPicture extends Size {
  /** Micrometers per pixel, 0.05 to 2; absent if the file states none in this range. */
  readonly mpp?: number;
  /** Bytes of memory that decoding the whole picture takes at its peak. */
  readonly decodeBytes: number;
  /**
   * Decodes a region that lies within the picture. Reads only the strips or tiles that it overlaps, one
   * after the other.
   *
   * @throws {Problem} `image_truncated`, `image_corrupt`, `image_bomb`, `image_unsupported`.
   * @throws The reason of `signal` when it aborts.
   */
  read(region: Region, signal?: AbortSignal): Promise<RgbImage>;
}

/**
 * Opens a TIFF or BigTIFF: chooses the picture among its pages and reads how it is stored. Decodes no
 * pixel.
 *
 * @param maxPixels Larger pictures are refused.
 * @throws {Problem} `image_too_large`; `image_unsupported` with the name of what is not supported;
 * `image_corrupt`, `image_truncated`.
 */
export async function openTiff(
  source: TiffSource,
  libraries: TiffLibraries,
  maxPixels = Infinity,
): Promise<TiffPicture> {
  const picture = await choosePicture(await readDirectories(source), source.length);
  const { width, height, pages, planes, description } = picture;
  checkPixels(width, height, maxPixels);
  const channels: Channel[] = [];
  for (const [i, page] of pages.entries()) {
    channels.push({ page, layout: await readLayout(page), plane: planes[i] ?? 0 });
  }
  if (channels.length > 1) checkChannels(channels);
  const usedBits = Number(omePixels(description, width, height)?.attributes.get("SignificantBits"));
  const bitsPerSample = channels[0]?.layout.bitsPerSample ?? 8;
  checkUsedBits(bitsPerSample, usedBits, `SignificantBits is ${usedBits}`);
  const [first] = pages;
  const mpp = first && await readScale(first, description, { width, height });
  return {
    width,
    height,
    ...(mpp === undefined ? {} : { mpp }),
    decodeBytes: tiffDecodeBytes(picture, channels.map(({ layout }) => layout)),
    async read(region, signal) {
      const data = new Uint8Array(region.width * region.height * 3);
      for (const [i, channel] of channels.entries()) {
        channel.segments ??= await channelSegments(channel, source);
        const { layout, segments } = channel;
        const target = {
          width: region.width,
          data,
          ...(channels.length > 1 ? { channel: i } : {}),
        };
        await readRegion({ source, libraries, layout, segments }, region, target, signal);
      }
      return { width: region.width, height: region.height, data };
    },
  };
}

/** A page that is the picture, or one channel of it. */
interface Channel {
  readonly page: Directory;
  readonly layout: Layout;
  /** Index of the plane behind the page's offset: ImageJ stores several there. */
  readonly plane: number;
  segments?: Segments;
}

/** Refuses channels that are not gray, not alike, or not of 8 bits. */
function checkChannels(channels: readonly Channel[]): void {
  const bitsPerSample = channels[0]?.layout.bitsPerSample;
  const areAlike = channels.every(({ layout }) =>
    layout.colorSamples === 1 && layout.samplesPerPixel === 1 && layout.palette === undefined &&
    layout.bitsPerSample === bitsPerSample
  );
  if (!areAlike) {
    throw unsupported("has channels that are not gray or not alike; save it as RGB");
  }
  if (bitsPerSample !== 8) {
    throw unsupported(
      `has channels of ${bitsPerSample} bits, which programs show in different ranges; save it as RGB`,
    );
  }
}

/** Returns the place of a channel in the file. ImageJ stores all planes of a large file behind the first. */
async function channelSegments(channel: Channel, source: TiffSource): Promise<Segments> {
  const { page, layout, plane } = channel;
  const segments = await readSegments(page, layout);
  if (plane === 0) return segments;
  const [offset = 0] = segments.offsets;
  if (layout.compression !== 1 || layout.grid.rows * layout.grid.columns !== 1) {
    throw unsupported("has several channels in one compressed page; save it as RGB");
  }
  const length = segmentBytes(layout, 0);
  const end = offset + (plane + 1) * length;
  if (end > source.length) throw truncated(source.length, "channels");
  if (page.overlaps(offset, end)) throw corrupt("it has fewer channels than it states");
  return { offsets: [offset + plane * length], lengths: [length] };
}

/** Everything that is needed to read strips or tiles of a page. */
interface PageReader {
  readonly source: TiffSource;
  readonly libraries: TiffLibraries;
  readonly layout: Layout;
  readonly segments: Segments;
}

/** Decodes the strips or tiles that overlap a region, and writes them to the target. */
async function readRegion(
  reader: PageReader,
  region: Region,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { layout, libraries } = reader;
  const { grid } = layout;
  const planeCount = neededPlanes(layout);
  const lastRow = Math.floor((region.y + region.height - 1) / grid.height);
  const lastColumn = Math.floor((region.x + region.width - 1) / grid.width);
  for (let row = Math.floor(region.y / grid.height); row <= lastRow; row++) {
    for (let column = Math.floor(region.x / grid.width); column <= lastColumn; column++) {
      signal?.throwIfAborted();
      const planes: Uint8Array[] = [];
      for (let plane = 0; plane < planeCount; plane++) {
        const index = (plane * grid.rows + row) * grid.columns + column;
        const stored = await readSegment(reader, index, signal);
        planes.push(await unpackSegment(stored, index, layout, libraries));
      }
      writeSegment(planes, layout, overlapOf(region, grid, column, row), target);
    }
  }
}

/** Returns the overlap of a region and a strip or tile. */
function overlapOf(region: Region, { width, height }: Size, column: number, row: number): Overlap {
  const left = Math.max(region.x, column * width);
  const top = Math.max(region.y, row * height);
  return {
    fromX: left - column * width,
    fromY: top - row * height,
    toX: left - region.x,
    toY: top - region.y,
    width: Math.min(region.x + region.width, (column + 1) * width) - left,
    height: Math.min(region.y + region.height, (row + 1) * height) - top,
  };
}

/** Reads one strip or tile as it is in the file. */
async function readSegment(
  { source, layout, segments }: PageReader,
  index: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const [offset = 0, length = 0] = [segments.offsets[index], segments.lengths[index]];
  const name = layout.grid.tiled ? "tile" : "strip";
  if (offset === 0 || length === 0) throw corrupt(`its ${name} ${index} has no bytes`);
  if (offset + length > source.length) throw truncated(source.length, "pixels");
  return await source.read(offset, length, signal);
}
