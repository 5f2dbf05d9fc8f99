import type { DataSet } from "dicom-parser";
import { microscopeMpp } from "../../image/mpp.ts";
import type { Size } from "../../image/region.ts";
import { blockCache } from "../bytes/block_cache.ts";
import type { ByteSource } from "../bytes/byte_source.ts";
import { Attribute, type DicomHeader, readHeader, WHOLE_SLIDE } from "./data_set.ts";
import { corrupt, readAttributes, unsupported } from "./problems.ts";

/** What a file of a DICOM slide holds: pixels of the slide, or another image. */
export type Flavor = "VOLUME" | "LABEL" | "OVERVIEW" | "THUMBNAIL" | "OTHER";

/** One file of a DICOM whole-slide image: a level, or a part of one. */
export interface DicomImage extends Size {
  readonly source: ByteSource;
  readonly header: DicomHeader;
  readonly flavor: Flavor;
  /** Identifies the slide that the file belongs to. */
  readonly seriesUid: string;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Number of frames in this file. */
  readonly frameCount: number;
  /** Number of frames of the level in the files before this one (a concatenation). */
  readonly framesBefore: number;
  /** Whether each frame states its position; otherwise all frames are there, row by row. */
  readonly isSparse: boolean;
  /** Micrometers per pixel of this file; undefined if it states none. */
  readonly mpp: number | undefined;
}

/**
 * Reads the header of a DICOM file.
 *
 * @returns `undefined` for a DICOM file that is not a whole-slide image.
 * @throws {Problem} `image_corrupt`, `image_truncated`, `image_unsupported`.
 */
export async function readDicomImage(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<DicomImage | undefined> {
  const header = await readHeader(source.isRemote ? blockCache(source) : source, signal);
  if (header === undefined) return undefined;
  return readAttributes(() => imageOf(source, header));
}

function imageOf(source: ByteSource, header: DicomHeader): DicomImage | undefined {
  const { dataSet } = header;
  if (dataSet.string(Attribute.SopClass) !== WHOLE_SLIDE) return undefined;
  const columns = dataSet.uint16(Attribute.Columns) ?? 0;
  const rows = dataSet.uint16(Attribute.Rows) ?? 0;
  const image = {
    source,
    header,
    flavor: flavorOf(dataSet),
    seriesUid: dataSet.string(Attribute.SeriesInstance) ?? "",
    width: dataSet.uint32(Attribute.MatrixColumns) ?? 0,
    height: dataSet.uint32(Attribute.MatrixRows) ?? 0,
    tileWidth: columns,
    tileHeight: rows,
    frameCount: dataSet.intString(Attribute.Frames) ?? 1,
    framesBefore: dataSet.uint32(Attribute.ConcatenationFrameOffset) ?? 0,
    isSparse: dataSet.string(Attribute.DimensionOrganization) !== "TILED_FULL",
    mpp: mppOf(dataSet),
  };
  if (image.flavor === "VOLUME") checkVolume(image);
  return image;
}

function flavorOf(dataSet: DataSet): Flavor {
  const flavor = dataSet.string(Attribute.ImageType, 2)?.trim() ?? "";
  const known: readonly Flavor[] = ["VOLUME", "LABEL", "OVERVIEW", "THUMBNAIL"];
  return known.find((name) => name === flavor) ?? "OTHER";
}

/** Refuses an image without pixels, and one with several focal planes or optical paths. */
function checkVolume(
  { width, height, tileWidth, tileHeight, frameCount, header }: DicomImage,
): void {
  const { dataSet } = header;
  if (!(width > 0 && height > 0 && tileWidth > 0 && tileHeight > 0)) {
    throw corrupt(`it has ${width} x ${height} pixels in tiles of ${tileWidth} x ${tileHeight}`);
  }
  if (!(Number.isInteger(frameCount) && frameCount > 0)) {
    throw corrupt(`it has ${frameCount} frames`);
  }
  const planes = dataSet.uint32(Attribute.FocalPlanes) ?? 1;
  if (planes > 1) {
    throw unsupported(
      `has ${planes} focal planes; save the one to be searched as a separate file`,
    );
  }
  const paths = dataSet.uint32(Attribute.OpticalPaths) ?? 1;
  if (paths > 1) {
    throw unsupported(
      `has ${paths} optical paths; save the one to be searched as a separate file`,
    );
  }
}

/**
 * Returns the micrometers per pixel. PixelSpacing is in millimeters, first down and then across, and stands
 * in the attributes that all frames share.
 */
function mppOf(dataSet: DataSet): number | undefined {
  const shared = dataSet.elements[Attribute.SharedGroups]?.items?.[0]?.dataSet;
  const measures = shared?.elements[Attribute.PixelMeasures]?.items?.[0]?.dataSet;
  const down = measures?.floatString(Attribute.PixelSpacing, 0);
  const across = measures?.floatString(Attribute.PixelSpacing, 1);
  if (down === undefined || across === undefined) return undefined;
  return microscopeMpp(across * 1000, down * 1000);
}
