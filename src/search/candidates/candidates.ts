import type { Point, Region } from "../../image/region.ts";
import type { RgbImage } from "../../image/rgb_image.ts";
import { Chromatin } from "./chromatin.ts";
import { ScratchBuffers } from "./scratch_buffers.ts";

/** Minimum {@linkcode Chromatin.strengthAt} of a peak that becomes a candidate. */
const MIN_STRENGTH = 2.1;

/**
 * A climb to a peak starts at a point of the coarse grid even if it is this much weaker than
 * {@linkcode MIN_STRENGTH}, because the peak may lie a pixel away.
 */
const GRID_SLACK = 0.2;

/**
 * Minimum distance of two peaks of strength across or down, in micrometers: half a nucleus. Two
 * candidates can be nearer to each other, because each peak is then moved to the middle of its
 * clump.
 */
const MIN_DISTANCE_UM = 3.25;

/**
 * Maximum distance that a peak is moved towards the middle of its clump, in micrometers across and
 * down.
 */
const MAX_CLIMB_UM = 2.5;

/**
 * Whether a point becomes a candidate depends only on the pixels within this distance across and
 * down, in micrometers.
 */
export const CANDIDATE_REACH_UM = 9.25 + Math.max(MIN_DISTANCE_UM, MAX_CLIMB_UM);

/** Pixels between two points of the coarse grid. */
const GRID_STEP = 2;

/** More than the columns of any tile. */
const MAX_COLUMNS = 2 ** 20;

/** Returns the height of a surface at a point: the strength or the smoothed hematoxylin. */
type HeightMap = (x: number, y: number) => number;

/**
 * Finds the points at which a mitosis may be. These are the points whose chromatin is denser or
 * more granular than that of their surroundings ({@linkcode Chromatin}), moved to the middle of
 * their clump. A million pixels of dense tumor at 0.25 um per pixel have about 230 candidates,
 * stroma has fewer, and glass has none.
 *
 * The tiles of a picture together have the same candidates as the whole picture, if every tile
 * begins at an even row and an even column.
 *
 * @param mpp Resolution of the picture in micrometers per pixel, 0.15 or coarser.
 * @param core The region of the picture that is searched; the whole picture by default.
 * @param buffers Memory to work in. Pass the same object in every call, so that it is allocated
 * once.
 * @returns Candidates in whole pixels of the picture. They can lie outside of `core`, by 2.5 um
 * across and down at most.
 */
export function findCandidates(
  image: RgbImage,
  mpp: number,
  core: Region = { x: 0, y: 0, width: image.width, height: image.height },
  buffers: ScratchBuffers = new ScratchBuffers(),
): Point[] {
  const toPixels = (microns: number) => Math.max(1, Math.round(microns / mpp));
  const minDistance = toPixels(MIN_DISTANCE_UM);
  const maxSteps = toPixels(MAX_CLIMB_UM);
  const margin = toPixels(CANDIDATE_REACH_UM) + GRID_STEP;
  const around = {
    x: core.x - margin,
    y: core.y - margin,
    width: core.width + 2 * margin,
    height: core.height + 2 * margin,
  };
  const chromatin = new Chromatin(image, mpp, around, buffers);
  const strengthAt = (x: number, y: number) => chromatin.strengthAt(x, y);
  const clumpAt = (x: number, y: number) => chromatin.clumpAt(x, y);
  const clamp = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  const isInside = ({ x, y }: Point, slack: number) =>
    Math.min(x, y) >= margin - slack && x < margin + core.width + slack &&
    y < margin + core.height + slack;
  const peaks = peaksAbove(
    strengthAt,
    gridMaxima(chromatin, core, margin),
    (point) => isInside(point, GRID_STEP),
  );
  const candidates = peaks.filter((peak) =>
    isInside(peak, 0) && strengthAt(peak.x, peak.y) >= MIN_STRENGTH &&
    isHighest(strengthAt, peak, minDistance)
  );
  return distinct(candidates.map((peak) => {
    const { x, y } = climb(clumpAt, peak, maxSteps);
    return {
      x: clamp(core.x + x - margin, image.width),
      y: clamp(core.y + y - margin, image.height),
    };
  }));
}

/**
 * Lists the points of a coarse grid from which to climb to peaks: those that are strong enough, and a
 * maximum of their row or of their column. A maximum of one is enough, because the peak may lie between
 * the points of the grid.
 */
function gridMaxima(chromatin: Chromatin, core: Region, margin: number): Point[] {
  const columns = Math.ceil(core.width / GRID_STEP) + 2;
  const rows = Math.ceil(core.height / GRID_STEP) + 2;
  const first = margin - GRID_STEP;
  const strength = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const line = strength.subarray(row * columns, (row + 1) * columns);
    chromatin.fillStrength(first, first + row * GRID_STEP, GRID_STEP, line);
  }
  const found: Point[] = [];
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column;
      const value = strength[at] as number;
      if (value < MIN_STRENGTH - GRID_SLACK) continue;
      const isExceeded = (step: number) =>
        Math.max(strength[at - step] as number, strength[at + step] as number) > value;
      if (isExceeded(1) && isExceeded(columns)) continue;
      found.push({ x: first + column * GRID_STEP, y: first + row * GRID_STEP });
    }
  }
  return found;
}

/**
 * Climbs from each start to a peak and lists the peaks. A climb is given up when it leaves the
 * region, or when it meets an earlier climb, which has the same peak.
 */
function peaksAbove(
  heightAt: HeightMap,
  starts: readonly Point[],
  isInside: (point: Point) => boolean,
): Point[] {
  const peaks: Point[] = [];
  const visited = new Set<number>();
  for (const start of starts) {
    for (let at = start; isInside(at);) {
      const key = at.y * MAX_COLUMNS + at.x;
      if (visited.has(key)) break;
      visited.add(key);
      const next = highestAround(heightAt, at);
      if (next.x === at.x && next.y === at.y) {
        peaks.push(at);
        break;
      }
      at = next;
    }
  }
  return peaks;
}

/**
 * Climbs pixel by pixel towards the peak. Returns the peak, or the point after `maxSteps` steps.
 */
function climb(heightAt: HeightMap, from: Point, maxSteps: number): Point {
  let at = from;
  for (let step = 0; step < maxSteps; step++) {
    const next = highestAround(heightAt, at);
    if (next.x === at.x && next.y === at.y) break;
    at = next;
  }
  return at;
}

/**
 * Returns the highest of a point and its eight neighbors. If several are equally high, returns the
 * point itself if it is one of them, and otherwise the first in reading order.
 */
function highestAround(heightAt: HeightMap, { x, y }: Point): Point {
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

/**
 * Returns whether a point is the highest in the square that reaches `distance` pixels to each side
 * of it. Of points that are equally high, the first in reading order counts as the highest.
 */
function isHighest(heightAt: HeightMap, { x, y }: Point, distance: number): boolean {
  const height = heightAt(x, y);
  for (let dy = -distance; dy <= distance; dy++) {
    for (let dx = -distance; dx <= distance; dx++) {
      const other = heightAt(x + dx, y + dy);
      const isEarlier = dy < 0 || (dy === 0 && dx < 0);
      if (other > height || (other === height && isEarlier)) return false;
    }
  }
  return true;
}

/** Leaves out repeated points. */
function distinct(points: readonly Point[]): Point[] {
  return [...new Map(points.map((point) => [`${point.x},${point.y}`, point])).values()];
}
