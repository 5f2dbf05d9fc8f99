import { Problem } from "../../errors.ts";
import type { ByteSource } from "../bytes/byte_source.ts";
import { downsampleOf, type Pyramid, type TileLevel, type TilePart } from "../pyramid.ts";
import { Attribute } from "./data_set.ts";
import type { DicomImage } from "./dicom_image.ts";
import { indexFrames } from "./frame_index.ts";
import { type FrameDecoder, frameDecoder } from "./frame_layout.ts";
import { corrupt, readAttributes, truncated, unsupported } from "./problems.ts";

/** UIDs by which a DICOM result refers to the slide. */
export interface DicomReference {
  readonly studyUid: string;
  readonly seriesUid: string;
  /** Class and instance of the file of level 0. */
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string | undefined;
}

/** Maximum size of a tile; a decoded tile is held in memory. */
const MAX_TILE_PIXELS = 4096 * 4096;

/** Maximum number of tiles in a level; their places are held in memory. */
const MAX_TILES = 1 << 22;

/**
 * Joins the files of one series to a slide. Files of the same size are parts of one level (a
 * concatenation).
 *
 * @param images Files whose flavor is VOLUME, at least one, all of one series.
 * @throws {Problem} `image_unsupported`, `image_corrupt`, `image_truncated`.
 */
export async function dicomPyramid(
  images: readonly DicomImage[],
  signal?: AbortSignal,
): Promise<Pyramid & { readonly dicom: DicomReference }> {
  const sizes = Map.groupBy(images, ({ width, height }) => `${width} x ${height}`);
  const groups = [...sizes.values()].sort((a, b) => areaOf(b) - areaOf(a));
  const [full] = groups[0] ?? [];
  if (full === undefined) throw corrupt("it has no level");
  const levels: TileLevel[] = [];
  const tileRanges: number[][] = [];
  for (const group of groups) {
    const [first] = group;
    const downsample = first && downsampleOf(full, first);
    // The series may also hold an image of another part of the slide; that is not a level.
    if (downsample === undefined) {
      throw unsupported(
        `has levels of ${full.width} x ${full.height} and ${first?.width} x ${first?.height} ` +
          "pixels, which do not show the same part of the slide",
      );
    }
    const { level, places } = await openLevel(group, downsample, signal);
    levels.push(level);
    tileRanges.push(places);
  }
  return {
    mpp: full.mpp,
    format: `DICOM, ${frameDecoder(full).name}`,
    levels,
    tileRanges,
    dicom: readAttributes(() => referenceOf(full)),
  };
}

function areaOf(group: readonly DicomImage[]): number {
  return (group[0]?.width ?? 0) * (group[0]?.height ?? 0);
}

function referenceOf({ header: { dataSet }, seriesUid }: DicomImage): DicomReference {
  return {
    studyUid: dataSet.string(Attribute.StudyInstance) ?? "",
    seriesUid,
    sopClassUid: dataSet.string(Attribute.SopClass) ?? "",
    sopInstanceUid: dataSet.string(Attribute.SopInstance) ?? "",
    frameOfReferenceUid: dataSet.string(Attribute.FrameOfReference),
  };
}

/** The place of a tile's frame. */
interface Place extends TilePart {
  /** Index of the file among the files of the level. */
  readonly file: number;
}

async function openLevel(
  files: readonly DicomImage[],
  downsample: number,
  signal: AbortSignal | undefined,
): Promise<{ level: TileLevel; places: number[] }> {
  const parts = files.toSorted((a, b) => a.framesBefore - b.framesBefore);
  const [first] = parts;
  if (first === undefined) throw corrupt("it has no level");
  const { width, height, tileWidth, tileHeight, isSparse } = first;
  if (tileWidth * tileHeight > MAX_TILE_PIXELS) {
    throw unsupported(`has frames of ${tileWidth} x ${tileHeight} pixels; save it in tiles`);
  }
  const across = Math.ceil(width / tileWidth);
  const count = across * Math.ceil(height / tileHeight);
  if (count > MAX_TILES) throw unsupported(`has ${count} tiles; at most ${MAX_TILES} are accepted`);
  const decoders = decodersOf(parts);
  const places: (Place | undefined)[] = new Array(count).fill(undefined);
  for (const [file, image] of parts.entries()) {
    if (
      image.tileWidth !== tileWidth || image.tileHeight !== tileHeight ||
      image.isSparse !== isSparse
    ) {
      throw unsupported(`has two images of ${width} x ${height} pixels that are cut differently`);
    }
    const { source, header, frameCount } = image;
    const { frameBytes } = decoders[file] as { frameBytes: number };
    const { frames: ranges } = await indexFrames(source, header, frameCount, frameBytes, signal);
    const tiles = isSparse ? readAttributes(() => sparseTiles(image, across)) : undefined;
    for (const [i, range] of ranges.entries()) {
      const tile = tiles?.[i] ?? image.framesBefore + i;
      if (!(tile < count)) throw corrupt(`it has more frames than its ${count} tiles`);
      if (places[tile] !== undefined) {
        throw unsupported(
          `has several images of ${width} x ${height} pixels, of which only one can be searched; ` +
            "name the files of one",
        );
      }
      places[tile] = { ...range, source, file };
    }
  }
  // Created here, so that the functions of the level do not keep the images, whose headers are large.
  const missing = missingTile(parts, count);
  return {
    level: {
      width,
      height,
      downsample,
      tileWidth,
      tileHeight,
      partsOf(tile) {
        const place = places[tile];
        if (place !== undefined) return [place];
        if (isSparse) return undefined;
        throw missing;
      },
      async decode(tile, [frame = new Uint8Array()]) {
        const decoder = decoders[places[tile]?.file ?? 0];
        if (decoder === undefined) throw corrupt("it has no decoder");
        return await decoder.decode(frame);
      },
    },
    places: places.flatMap((place) => place === undefined ? [-1, 0] : [place.offset, place.length]),
  };
}

/**
 * Creates the decoder of each file. In {@linkcode openLevel}, a closure over the images would keep their
 * large headers in memory as long as the slide is open.
 */
function decodersOf(parts: readonly DicomImage[]): FrameDecoder[] {
  return readAttributes(() => parts.map(frameDecoder));
}

/** Returns the problem of a missing frame in an image that must have all frames (TILED_FULL). */
function missingTile(parts: readonly DicomImage[], count: number): Problem {
  const frames = parts.reduce((sum, { frameCount }) => sum + frameCount, 0);
  const length = parts.reduce((sum, { source }) => sum + source.length, 0);
  return parts.length > 1
    ? corrupt(`its files have ${frames} of its ${count} tiles; a file is missing`)
    : truncated(length, `tiles, of which it has ${frames} of ${count}`);
}

/** Returns the tile number of each frame of a sparse image, from the position that the frame states. */
function sparseTiles(image: DicomImage, across: number): number[] {
  const { header, frameCount, width, height, tileWidth, tileHeight } = image;
  const items = header.dataSet.elements[Attribute.PerFrameGroups]?.items ?? [];
  if (items.length !== frameCount) {
    throw corrupt(`it says where ${items.length} of its ${frameCount} frames are`);
  }
  return items.map(({ dataSet }) => {
    const position = dataSet?.elements[Attribute.PlanePosition]?.items?.[0]?.dataSet;
    const x = (position?.int32(Attribute.ColumnPosition) ?? NaN) - 1;
    const y = (position?.int32(Attribute.RowPosition) ?? NaN) - 1;
    if (!(x >= 0 && y >= 0)) throw corrupt("a frame does not say where it is");
    if (x >= width || y >= height) {
      throw corrupt(`it has a frame at ${x}, ${y}, outside of its ${width} x ${height} pixels`);
    }
    if (x % tileWidth !== 0 || y % tileHeight !== 0) {
      throw unsupported(
        `has a tile at ${x}, ${y}, which is off the grid of its tiles; save it again`,
      );
    }
    return (y / tileHeight) * across + x / tileWidth;
  });
}

/**
 * Returns the images with the flavor VOLUME, which must all be of one series.
 *
 * @param where Names the files in messages.
 * @throws {Problem} `image_unsupported` if there is none, or if there are several series.
 */
export function oneSeries(images: readonly DicomImage[], where: string): DicomImage[] {
  const volumes = images.filter(({ flavor }) => flavor === "VOLUME");
  const series = new Set(volumes.map(({ seriesUid }) => seriesUid));
  if (series.size === 1) return volumes;
  if (series.size > 1) {
    throw new Problem(
      "image_unsupported",
      `${where} has ${series.size} slides (DICOM series); name a file of one of them.`,
    );
  }
  const flavors = images.map(({ flavor }) => flavor.toLowerCase());
  throw new Problem(
    "image_unsupported",
    flavors.length === 0
      ? `${where} has no DICOM whole-slide image.`
      : `${where} has no pixels of a slide, only: ${[...new Set(flavors)].join(", ")}.`,
  );
}

/** Closes the files that are not of the slide, and removes them from `sources`. */
export function closeOthers(sources: ByteSource[], slide: readonly DicomImage[]): void {
  const kept = new Set(slide.map(({ source }) => source));
  for (let i = sources.length - 1; i >= 0; i--) {
    const source = sources[i];
    if (source === undefined || kept.has(source)) continue;
    source.close();
    sources.splice(i, 1);
  }
}
