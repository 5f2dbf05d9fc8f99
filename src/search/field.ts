import { openPictureFile, type PictureFile } from "../image/decode_field.ts";
import { type Resolution, resolveMpp } from "../image/mpp.ts";
import { pictureSource, type PixelSource } from "../image/pixel_source.ts";
import { expandRegion, type Point, type Region, type Size } from "../image/region.ts";
import { scaleBetween, scaledSize } from "../image/resample.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { tilesOf } from "../image/tiles.ts";
import { cutWindows } from "../image/windows.ts";
import type { Painter } from "../result/output/writers.ts";
import { drawHeatMap } from "../result/picture/heat_map.ts";
import { drawOverlay } from "../result/picture/overlay.ts";
import { transfer } from "../worker/worker_proxy.ts";
import { CANDIDATE_REACH_UM, findCandidates } from "./candidates/candidates.ts";
import { ScratchBuffers } from "./candidates/scratch_buffers.ts";

/** The file of a field of view, and the parameters for opening it. */
export interface FieldRequest {
  /** A PNG, JPEG or TIFF file. */
  readonly bytes: Uint8Array;
  /** Maximum number of pixels. Larger pictures are refused. */
  readonly maxPixels: number;
  /** Micrometers per pixel that the user gives. If undefined, the file decides, else the model. */
  readonly mpp: number | undefined;
  /** The resolution that the model was trained at, and the size of its window in pixels. */
  readonly model: Size & { readonly mpp: number };
}

/** Size, resolution and tiles of an open field; width and height are in pixels of the file. */
export interface FieldFacts extends Size {
  /** The resolution at which the field is searched, and its source. */
  readonly resolution: Resolution;
  /** Pixels at the model's resolution per pixel of the file. */
  readonly scale: number;
  /** Width and height at the model's resolution. */
  readonly scaled: Size;
  /** The parts in which the field is searched, in pixels at the model's resolution. */
  readonly tiles: readonly Region[];
}

/**
 * An open picture that is searched tile by tile: a field of view or a whole slide. Its pixels are on
 * this thread or in a Worker, and its methods read them there. Points and regions are in whole pixels
 * at the model's resolution. `tile` is an index into the tiles of `facts`.
 */
export interface TiledPicture {
  readonly facts: FieldFacts;
  /** Finds the points of a tile at which a mitosis may be ({@linkcode findCandidates}). */
  candidates(tile: number): Promise<Point[]>;
  /** Cuts a window around each point of a tile: uint8 `[points, height, width, 3]`. */
  windows(tile: number, points: readonly Point[], size: Size): Promise<Uint8Array>;
  /** Reads a region, which must lie inside the field: uint8 `[height, width, 3]`. */
  region(region: Region): Promise<Uint8Array>;
  /** Releases the pixels. Calls in progress in a Worker are rejected. */
  close(): void;
}

/** An open field of view, which is small enough to be drawn as a whole, in pixels of the file. */
export interface Field extends TiledPicture, Painter {}

/** Names of the methods of {@linkcode Field} that a field Worker runs. */
export const FIELD_METHODS = ["candidates", "windows", "region", "overlay", "heatMap"] as const;

/** One of {@linkcode FIELD_METHODS}. */
export type FieldMethodName = typeof FIELD_METHODS[number];

/** The methods that a field Worker has. It holds one field at a time. */
export type FieldWorkerMethods = Pick<Field, FieldMethodName> & {
  /** Drops the field that the Worker holds, and reads the header of a file. */
  readHeader(request: FieldRequest): Promise<FieldNeeds>;
  /** Decodes the file whose header was read. */
  decode(): Promise<FieldFacts>;
  /** Releases the pixels of the field. */
  release(): void;
};

/** The size of a field and the memory that it needs, estimated from the header of its file. */
export interface FieldNeeds extends Size {
  /** Peak memory of opening and searching the field, in bytes. */
  readonly bytes: number;
}

/**
 * Bytes that a search takes for each pixel of a decoded field, including the drawing of an overlay or a heat
 * map: measured at 5 to 26. The search reuses the memory of the decoding.
 */
const SEARCH_BYTES_PER_PIXEL = 26;

/** Bytes that a search takes for its tiles, whatever the size of the field. */
const TILE_BYTES = 32 * 1024 * 1024;

/** Number of copies of the file in memory: the body, a copy of it, and parts while it is decoded. */
const FILE_COPIES = 3;

/**
 * How many tiles are searched at the same time, so that one is prepared while the network scores
 * another.
 */
export const CONCURRENT_TILES = 2;

/** Maximum distance of a window's center from its tile across and down, in micrometers. */
const MAX_WINDOW_SHIFT_UM = 5;

/** A field of view whose header was read and checked. */
export interface FieldHeader {
  readonly needs: FieldNeeds;
  /**
   * Decodes the field on this thread.
   *
   * @throws {Problem} as `PictureFile.decode`.
   */
  decode(): Promise<Field>;
}

/**
 * Reads and checks the header of a field of view. Decodes no pixels.
 *
 * @throws {Problem} as {@linkcode openPictureFile}.
 */
export async function readFieldHeader(request: FieldRequest): Promise<FieldHeader> {
  const file = await openPictureFile(request.bytes, request.maxPixels);
  return {
    needs: needsOf(file, request.bytes.length),
    decode: async () => fieldOf(pictureSource(await file.decode(), file.mpp), request),
  };
}

function needsOf({ width, height, decodeBytes }: PictureFile, fileBytes: number): FieldNeeds {
  const bytes = Math.max(decodeBytes, SEARCH_BYTES_PER_PIXEL * width * height) + TILE_BYTES +
    FILE_COPIES * fileBytes;
  return { width, height, bytes };
}

/**
 * Creates a field from any source of pixels. However large the picture is, the field holds the pixels of at
 * most {@linkcode CONCURRENT_TILES} tiles in addition to those that the source holds.
 */
export function fieldOf(
  source: PixelSource,
  { mpp, model }: Pick<FieldRequest, "mpp" | "model">,
): Field {
  const resolution = resolveMpp(mpp, source.mpp, model.mpp);
  const scale = scaleBetween(resolution.mpp, model.mpp);
  const scaled = scaledSize(source, scale);
  const tiles = tilesOf(scaled);
  const margin = tileMargin(model);
  const buffers = new ScratchBuffers();
  const cache = new Map<number, Promise<TilePixels>>();

  async function readTile(tile: number): Promise<TilePixels> {
    const core = tiles[tile] ?? { x: 0, y: 0, width: 1, height: 1 };
    const around = expandRegion(core, margin, scaled);
    return { core, around, pixels: await source.read(around, scale) };
  }

  function cachedTile(tile: number): Promise<TilePixels> {
    let pixels = cache.get(tile);
    if (pixels === undefined) {
      pixels = readTile(tile);
      const [oldest] = cache.keys();
      if (oldest !== undefined && cache.size >= CONCURRENT_TILES) cache.delete(oldest);
      cache.set(tile, pixels);
    }
    return pixels;
  }

  function wholePicture(): Promise<RgbImage> {
    return source.read({ x: 0, y: 0, width: source.width, height: source.height }, 1);
  }

  return {
    facts: { width: source.width, height: source.height, resolution, scale, scaled, tiles },
    async candidates(tile) {
      const { core, around, pixels } = await cachedTile(tile);
      const inside = { ...core, x: core.x - around.x, y: core.y - around.y };
      return findCandidates(pixels, model.mpp, inside, buffers)
        .map(({ x, y }) => ({ x: x + around.x, y: y + around.y }));
    },
    async windows(tile, points, size) {
      const { around, pixels } = await cachedTile(tile);
      const inside = points.map(({ x, y }) => ({ x: x - around.x, y: y - around.y }));
      return owned(cutWindows(pixels, inside, size));
    },
    async region(region) {
      const { data } = await source.read(region, scale);
      return owned(data.slice());
    },
    overlay: async (content) => owned(drawOverlay(await wholePicture(), content)),
    heatMap: async (content) => owned(drawHeatMap(await wholePicture(), content)),
    close: () => cache.clear(),
  };
}

/** A tile with all pixels that its search needs. */
interface TilePixels {
  /** The tile itself. */
  readonly core: Region;
  /** The tile and its margin. */
  readonly around: Region;
  /** The pixels of `around`. */
  readonly pixels: RgbImage;
}

/**
 * Returns the margin around a tile that its candidates and their windows need, in pixels. It is even, so
 * that {@linkcode findCandidates} finds the same candidates in a tile as in the whole picture.
 */
function tileMargin({ mpp, width, height }: FieldRequest["model"]): number {
  const ofCandidates = CANDIDATE_REACH_UM / mpp;
  const ofWindows = Math.max(width, height) / 2 + MAX_WINDOW_SHIFT_UM / mpp;
  return 2 * Math.ceil(Math.max(ofCandidates, ofWindows) / 2);
}

/** Marks bytes that nothing else uses, so that they move to another thread without a copy. */
function owned(bytes: Uint8Array): Uint8Array {
  return transfer(bytes, bytes.buffer as ArrayBuffer);
}
