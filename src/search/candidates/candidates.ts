import type { RgbImage } from "../../image/rgb_image.ts";
import type { Point } from "../../image/region.ts";
import { Chromatin } from "./chromatin.ts";
import { ScratchBuffers } from "./scratch_buffers.ts";
import type { Region } from "../../image/region.ts";

/** From this strength on a place is a candidate. */
const STRENGTH = 2.1;

/** Places that are this much weaker are looked at too: a stronger one may be a pixel away. */
const SLACK = 0.2;

/** There is one candidate in a square of this half side, in micrometers, half a nucleus from the next. */
const APART = 3.25;

/** A candidate is moved by this many micrometers at most to the middle of its clump. */
const CLIMB = 2.5;

/** Micrometers around a place on which its candidacy depends. */
export const CANDIDATE_REACH = 9.25 + Math.max(APART, CLIMB);

/** Pixels between the places that are looked at first. */
const GRID = 2;

/** More than a tile has pixels across. */
const MAX_COLUMNS = 2 ** 20;

/**
 * Proposes where mitoses may be: where chromatin is denser or more granular than around
 * ({@linkcode Chromatin}), moved to the middle of the clump. About 230 in a million pixels of dense
 * tumor at 0.25 um, fewer in stroma, none on glass.
 *
 * A candidate depends on its cell alone, not on where the picture or a tile begins.
 *
 * @param mpp Resolution of the picture, 0.15 or coarser.
 * @param core Only places in this part of the picture; the whole where it is left out.
 * @param memory Kept from call to call where many parts are searched.
 * @returns Whole pixels of the picture, up to 2.5 um outside of `core`.
 */
export function findCandidates(
  image: RgbImage,
  mpp: number,
  core: Region = { x: 0, y: 0, width: image.width, height: image.height },
  memory: ScratchBuffers = new ScratchBuffers(),
): Point[] {
  const pixels = (microns: number) => Math.max(1, Math.round(microns / mpp));
  const apart = pixels(APART);
  const most = pixels(CLIMB);
  const margin = pixels(CANDIDATE_REACH) + GRID;
  const part = {
    x: core.x - margin,
    y: core.y - margin,
    width: core.width + 2 * margin,
    height: core.height + 2 * margin,
  };
  const chromatin = new Chromatin(image, mpp, part, memory);
  const strengthAt = (x: number, y: number) => chromatin.strengthAt(x, y);
  const clumpAt = (x: number, y: number) => chromatin.clumpAt(x, y);
  const clamp = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  const tops = topsAbove(
    strengthAt,
    gridMaxima(chromatin, core, margin),
    (x, y) =>
      Math.min(x, y) >= margin - GRID && x < margin + core.width + GRID &&
      y < margin + core.height + GRID,
  );
  const candidates = tops.filter((top) =>
    top.x >= margin && top.x < margin + core.width && top.y >= margin &&
    top.y < margin + core.height && strengthAt(top.x, top.y) >= STRENGTH &&
    isHighest(strengthAt, top, apart)
  );
  return distinct(candidates.map((top) => {
    const { x, y } = climb(clumpAt, top, most);
    return {
      x: clamp(core.x + x - margin, image.width),
      y: clamp(core.y + y - margin, image.height),
    };
  }));
}

/** Places of a coarse grid over the part that none of their four neighbors on it surpasses. */
function gridMaxima(chromatin: Chromatin, core: Region, margin: number): Point[] {
  const columns = Math.ceil(core.width / GRID) + 2;
  const rows = Math.ceil(core.height / GRID) + 2;
  const first = margin - GRID;
  const strength = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const line = strength.subarray(row * columns, (row + 1) * columns);
    chromatin.fillStrength(first, first + row * GRID, GRID, line);
  }
  const found: Point[] = [];
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column;
      const value = strength[at] as number;
      if (value < STRENGTH - SLACK) continue;
      const surpassed = (step: number) =>
        Math.max(strength[at - step] as number, strength[at + step] as number) > value;
      if (surpassed(1) && surpassed(columns)) continue;
      found.push({ x: first + column * GRID, y: first + row * GRID });
    }
  }
  return found;
}

/**
 * The tops to which one comes by going uphill from some places; a way that joins another is not gone
 * twice, and one that leads out is given up.
 */
function topsAbove(
  heightAt: (x: number, y: number) => number,
  starts: readonly Point[],
  isInside: (x: number, y: number) => boolean,
): Point[] {
  const tops: Point[] = [];
  const gone = new Set<number>();
  for (const start of starts) {
    for (let at = start; isInside(at.x, at.y);) {
      const key = at.y * MAX_COLUMNS + at.x;
      if (gone.has(key)) break;
      gone.add(key);
      const next = highestAround(heightAt, at);
      if (next.x === at.x && next.y === at.y) {
        tops.push(at);
        break;
      }
      at = next;
    }
  }
  return tops;
}

/** Goes uphill, pixel by pixel, to the top, or `most` steps. */
function climb(heightAt: (x: number, y: number) => number, from: Point, most: number): Point {
  let at = from;
  for (let step = 0; step < most; step++) {
    const next = highestAround(heightAt, at);
    if (next.x === at.x && next.y === at.y) break;
    at = next;
  }
  return at;
}

/** Of a place and its eight neighbors the highest; of equals the place itself, then the first. */
function highestAround(heightAt: (x: number, y: number) => number, { x, y }: Point): Point {
  let highest = { x, y };
  let height = heightAt(x, y);
  for (let i = 0; i < 9; i++) {
    const nx = x + i % 3 - 1;
    const ny = y + Math.floor(i / 3) - 1;
    const other = heightAt(nx, ny);
    if (other > height) {
      highest = { x: nx, y: ny };
      height = other;
    }
  }
  return highest;
}

/** Whether no place within `apart` pixels is higher; of equals the first in reading order is. */
function isHighest(
  heightAt: (x: number, y: number) => number,
  { x, y }: Point,
  apart: number,
): boolean {
  const height = heightAt(x, y);
  for (let dy = -apart; dy <= apart; dy++) {
    for (let dx = -apart; dx <= apart; dx++) {
      const other = heightAt(x + dx, y + dy);
      const earlier = dy < 0 || (dy === 0 && dx < 0);
      if (other > height || (other === height && earlier)) return false;
    }
  }
  return true;
}

function distinct(places: readonly Point[]): Point[] {
  return [...new Map(places.map((place) => [`${place.x},${place.y}`, place])).values()];
}
