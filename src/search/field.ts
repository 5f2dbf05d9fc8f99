import { decodeField } from "../image/decode_field.ts";
import { CANDIDATE_REACH, findCandidates } from "./candidates/candidates.ts";
import { drawHeatMap, type HeatMap } from "../result/picture/heat_map.ts";
import { drawOverlay, type Overlay } from "../result/picture/overlay.ts";
import { resample, scaleBetween, scaledSize } from "../image/resample.ts";
import { ScratchBuffers } from "./candidates/scratch_buffers.ts";
import { grown, type Rectangle, TILES_AT_ONCE, tilesOf } from "../image/tiles.ts";
import { cutWindows, type Place, type WindowSize } from "../image/windows.ts";

/** What has to be known to open a field. */
export interface FieldRequest {
  /** A PNG, JPEG or TIFF file. */
  readonly bytes: Uint8Array;
  /** Larger pictures are refused. */
  readonly maxPixels: number;
  /** Resolution of the field. */
  readonly mpp: number;
  /** Resolution that the model was trained at, and the size of its window in pixels. */
  readonly model: {
    readonly mpp: number;
    readonly width: number;
    readonly height: number;
  };
}

/** What a field that was opened says of itself. */
export interface FieldFacts {
  /** Pixels as they are in the file. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the model's resolution are this many times as many in a row. */
  readonly scale: number;
  /** Width and height at the model's resolution. */
  readonly scaled: { readonly width: number; readonly height: number };
  /** Parts that the field is searched in, at the model's resolution. */
  readonly tiles: readonly Rectangle[];
}

/** What can be asked of a field. Places and windows are in pixels of the model's resolution. */
export interface FieldCalls {
  /** Places in a tile at which a mitosis may be. */
  candidates(tile: number): Place[];
  /** Windows of a size around places in a tile: uint8 `[places, height, width, 3]`. */
  windows(tile: number, places: readonly Place[], size: WindowSize): Uint8Array;
  /** A part of the field: uint8 `[height, width, 3]`. */
  part(part: Rectangle): Uint8Array;
  /** The field as a PNG with what was found drawn over it. */
  overlay(what: Overlay): Uint8Array;
  /** The field as a PNG, colored where a mitosis is probable. */
  heatMap(what: HeatMap): Uint8Array;
}

/** A field, decoded and cut into tiles; it blocks the thread that it is on. */
export interface HeldField extends FieldCalls {
  readonly facts: FieldFacts;
}

/** Micrometers that the middle of a window may lie beyond its tile. */
const WINDOW_SHIFT = 5;

/**
 * Decodes a field. Only one tile at a time is brought to the model's resolution, so that memory is
 * bounded by the file's own pixels.
 *
 * @throws {Problem} when it cannot be decoded.
 */
export async function holdField(request: FieldRequest): Promise<HeldField> {
  const image = await decodeField(request.bytes, request.maxPixels);
  const { model } = request;
  const scale = scaleBetween(request.mpp, model.mpp);
  const scaled = scaledSize(image, scale);
  const tiles = tilesOf(scaled.width, scaled.height);
  const margin = 2 * Math.ceil(
    Math.max(
      CANDIDATE_REACH / model.mpp,
      Math.max(model.width, model.height) / 2 + WINDOW_SHIFT / model.mpp,
    ) / 2,
  );
  const whole = { around: { x: 0, y: 0, ...scaled }, pixels: image };
  const held = new Map<number, typeof whole>();
  const memory = new ScratchBuffers();

  /** A tile and its margin; at the field's own resolution that is the field itself. */
  function tilePixels(tile: number): typeof whole {
    if (scale === 1) return whole;
    const known = held.get(tile);
    if (known !== undefined) return known;
    const around = grown(tiles[tile] ?? { x: 0, y: 0, width: 1, height: 1 }, margin, scaled);
    const made = { around, pixels: resample(image, scale, around) };
    const [oldest] = held.keys();
    if (oldest !== undefined && held.size >= TILES_AT_ONCE) held.delete(oldest);
    held.set(tile, made);
    return made;
  }

  return {
    facts: { width: image.width, height: image.height, scale, scaled, tiles },
    candidates(tile) {
      const { around, pixels } = tilePixels(tile);
      const core = tiles[tile] ?? around;
      const inside = { ...core, x: core.x - around.x, y: core.y - around.y };
      return findCandidates(pixels, model.mpp, inside, memory)
        .map(({ x, y }) => ({ x: x + around.x, y: y + around.y }));
    },
    windows(tile, places, size) {
      const { around, pixels } = tilePixels(tile);
      const inside = places.map(({ x, y }) => ({ x: x - around.x, y: y - around.y }));
      return cutWindows(pixels, inside, size);
    },
    part: (part) => resample(image, scale, part).data.slice(),
    overlay: (what) => drawOverlay(image, what),
    heatMap: (what) => drawHeatMap(image, what),
  };
}
