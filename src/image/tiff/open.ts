import { checkPixels } from "../max_pixels.ts";
import type { RgbImage } from "../rgb_image.ts";
import type { Cut, Target } from "./colors.ts";
import { omePixels } from "./description.ts";
import { readDirectories } from "./directories.ts";
import type { Directory } from "./directory.ts";
import type { Layout } from "./layout.ts";
import { readLayout } from "./read_layout.ts";
import { readSegments, segmentBytes, type Segments } from "./segments.ts";
import type { TiffLibraries } from "./libraries.ts";
import { choosePicture } from "./pages.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";
import { checkUsedBits } from "./sample_tags.ts";
import { readScale } from "./scale.ts";
import type { TiffSource } from "./source.ts";
import { paintSegment, planesNeeded, unpackSegment } from "./unpack.ts";

/** A rectangle of a picture, in pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The picture of a TIFF, of which parts can be read. */
export interface TiffPicture {
  readonly width: number;
  readonly height: number;
  /** Micrometers a pixel, where the file says it and it is a microscope's (0.05 to 2). */
  readonly mpp?: number;
  /**
   * Decodes a part that lies within the picture: only the strips or tiles that it touches are read, one
   * after the other.
   *
   * @throws {Problem} `image_truncated`, `image_corrupt`, `image_bomb`, `image_unsupported`.
   */
  read(region: Region, signal?: AbortSignal): Promise<RgbImage>;
}

/**
 * Opens a TIFF or BigTIFF: chooses the picture among its pages and reads how it is stored, not a
 * pixel.
 *
 * @param maxPixels Larger pictures are refused.
 * @throws {Problem} `image_too_large`; `image_unsupported` for what is not read right, by its name; `image_corrupt`,
 * `image_truncated`.
 */
export async function openTiff(
  source: TiffSource,
  libraries: TiffLibraries,
  maxPixels = Infinity,
): Promise<TiffPicture> {
  const chosen = await choosePicture(await readDirectories(source), source.length);
  const { width, height, pages, planes, description } = chosen;
  checkPixels(width, height, maxPixels);
  const channels: Channel[] = [];
  for (const [i, page] of pages.entries()) {
    const layout = await readLayout(page);
    channels.push({ page, layout, plane: planes[i] ?? 0 });
  }
  if (channels.length > 1) checkChannels(channels);
  const used = Number(omePixels(description, width, height)?.attributes.get("SignificantBits"));
  checkUsedBits(channels[0]?.layout.bits ?? 8, used, `SignificantBits is ${used}`);
  const [first] = pages;
  const mpp = first && await readScale(first, description, { width, height });
  return {
    width,
    height,
    ...(mpp === undefined ? {} : { mpp }),
    async read(region, signal) {
      const data = new Uint8Array(region.width * region.height * 3);
      for (const [i, channel] of channels.entries()) {
        const target = {
          width: region.width,
          data,
          ...(channels.length > 1 ? { channel: i } : {}),
        };
        channel.segments ??= await segmentsOf(channel, source);
        await paintRegion(
          source,
          libraries,
          channel.layout,
          channel.segments,
          region,
          target,
          signal,
        );
      }
      return { width: region.width, height: region.height, data };
    },
  };
}

/** A page, or one channel of a color picture. */
interface Channel {
  readonly page: Directory;
  readonly layout: Layout;
  /** Which plane behind the page's offset it is (ImageJ). */
  readonly plane: number;
  segments?: Segments;
}

function checkChannels(channels: readonly Channel[]): void {
  const alike = channels.every(({ layout }) =>
    layout.colors === 1 && layout.samples === 1 && layout.palette === undefined &&
    layout.bits === channels[0]?.layout.bits
  );
  if (!alike) throw unsupported("has channels that are not all gray and alike; save it as RGB");
  const [first] = channels;
  if (first?.layout.bits !== 8) {
    throw unsupported(
      `has channels of ${first?.layout.bits} bits, of which each program shows another range; save ` +
        "it as RGB",
    );
  }
}

/** ImageJ writes all planes of a large file behind the first, and one page for all. */
async function segmentsOf(channel: Channel, source: TiffSource): Promise<Segments> {
  const { page, layout, plane } = channel;
  const segments = await readSegments(page, layout);
  if (plane === 0) return segments;
  const [offset = 0] = segments.offsets;
  if (layout.compression !== 1 || layout.grid.down * layout.grid.across !== 1) {
    throw unsupported("has several channels in one page that is compressed; save it as RGB");
  }
  const length = segmentBytes(layout, 0);
  const end = offset + (plane + 1) * length;
  if (end > source.length) throw truncated(source.length, "channels");
  if (page.isWithin(offset, end)) throw corrupt("it has fewer channels than it says");
  return { offsets: [offset + plane * length], lengths: [length] };
}

async function paintRegion(
  source: TiffSource,
  libraries: TiffLibraries,
  layout: Layout,
  segments: Segments,
  region: Region,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { grid } = layout;
  const tilesInPlane = grid.across * grid.down;
  const lastRow = Math.floor((region.y + region.height - 1) / grid.height);
  const lastColumn = Math.floor((region.x + region.width - 1) / grid.width);
  for (let row = Math.floor(region.y / grid.height); row <= lastRow; row++) {
    for (let column = Math.floor(region.x / grid.width); column <= lastColumn; column++) {
      signal?.throwIfAborted();
      const index = row * grid.across + column;
      const planes = [];
      for (let plane = 0; plane < (planesNeeded(layout)); plane++) {
        const at = index + plane * tilesInPlane;
        const packed = await readSegment(source, layout, segments, at, signal);
        planes.push(await unpackSegment(packed, at, layout, libraries));
      }
      paintSegment(planes, layout, cutOf(region, grid, column, row), target);
    }
  }
}

/** What a tile and a region have in common. */
function cutOf(
  region: Region,
  { width, height }: { width: number; height: number },
  column: number,
  row: number,
): Cut {
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
  source: TiffSource,
  layout: Layout,
  { offsets, lengths }: Segments,
  index: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const [offset = 0, length = 0] = [offsets[index], lengths[index]];
  const name = layout.grid.tiled ? "tile" : "strip";
  if (offset === 0 || length === 0) throw corrupt(`its ${name} ${index} has no bytes`);
  if (offset + length > source.length) throw truncated(source.length, "pixels");
  return await source.read(offset, length, signal);
}
