import type { Point, Size } from "./region.ts";

/** A grid of cells over a larger picture. Each cell is set or not: for example where a slide has tissue. */
export interface Mask extends Size {
  /** uint8 `[height, width]`, 1 where the cell is set, else 0. */
  readonly data: Uint8Array;
  /** Side of a cell in pixels of the larger picture; need not be whole. */
  readonly cell: number;
}

/** Returns whether the cell of a point is set. */
export function maskAt({ width, height, data, cell }: Mask, { x, y }: Point): boolean {
  const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
  const isInside = column >= 0 && row >= 0 && column < width && row < height;
  return isInside && data[row * width + column] === 1;
}

/** Returns how many cells are set. */
export function countMask({ data }: Mask): number {
  return data.reduce((sum, value) => sum + value, 0);
}

/** Returns the cells that are set in both of two masks of the same size. */
export function intersectMasks(a: Mask, b: Mask): Mask {
  return { ...a, data: a.data.map((value, i) => value & (b.data[i] ?? 0)) };
}

/** Returns the cells that are set in at least one of two masks of the same size. */
export function uniteMasks(a: Mask, b: Mask): Mask {
  return { ...a, data: a.data.map((value, i) => value | (b.data[i] ?? 0)) };
}

/** Sets all cells that are at most `steps` columns and `steps` rows from a set cell. */
export function growMask(mask: Mask, steps: number): Mask {
  return { ...mask, data: thresholdBox(mask, steps, 1) };
}

/**
 * Sets a cell if the square of `2 * radius + 1` cells around it has at least `minimum` set cells.
 *
 * @returns uint8 `[height, width]`.
 */
export function thresholdBox(
  { width, height, data }: Mask,
  radius: number,
  minimum: number,
): Uint8Array {
  const columns = new Int32Array(width);
  const result = new Uint8Array(width * height);
  for (let y = -radius; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const enters = y + radius < height ? data[(y + radius) * width + x] ?? 0 : 0;
      const leaves = y - radius > 0 ? data[(y - radius - 1) * width + x] ?? 0 : 0;
      columns[x] = (columns[x] as number) + enters - leaves;
    }
    if (y < 0) continue;
    let sum = 0;
    for (let x = -radius; x < width; x++) {
      sum += (x + radius < width ? columns[x + radius] as number : 0) -
        (x - radius > 0 ? columns[x - radius - 1] as number : 0);
      if (x >= 0 && sum >= minimum) result[y * width + x] = 1;
    }
  }
  return result;
}

/**
 * Clears groups of fewer than `minimum` cells. Cells of a group touch each other at their sides.
 *
 * @param value 1 clears groups of set cells, 0 sets groups of cells that are not set.
 */
export function removeSmallGroups(mask: Mask, minimum: number, value: 0 | 1 = 1): Mask {
  const { width, height } = mask;
  const data = mask.data.slice();
  const seen = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (data[start] !== value || seen[start] === 1) continue;
    const group = [start];
    seen[start] = 1;
    for (let i = 0; i < group.length; i++) {
      const at = group[i] as number;
      const [x, y] = [at % width, Math.floor(at / width)];
      const visit = (isInside: boolean, next: number) => {
        if (!isInside || seen[next] === 1 || data[next] !== value) return;
        seen[next] = 1;
        group.push(next);
      };
      visit(x > 0, at - 1);
      visit(x < width - 1, at + 1);
      visit(y > 0, at - width);
      visit(y < height - 1, at + width);
    }
    if (group.length < minimum) { for (const at of group) data[at] = 1 - value; }
  }
  return { ...mask, data };
}
