import type { Point } from "../../image/region.ts";

/**
 * Matches places of two lists that show the same cell. The nearest two are matched first, and each place is
 * matched once at most.
 *
 * @param reach Maximum distance of two matched places, in pixels.
 * @returns For each matched place of `a` its place of `b`.
 */
export function matchPlaces<A extends Point, B extends Point>(
  a: readonly A[],
  b: readonly B[],
  reach: number,
): Map<A, B> {
  const cells = Map.groupBy(b, ({ x, y }) => cellKey(Math.floor(x / reach), Math.floor(y / reach)));
  const pairs = a.flatMap((one) => {
    const [column, row] = [Math.floor(one.x / reach), Math.floor(one.y / reach)];
    return [-1, 0, 1].flatMap((down) =>
      [-1, 0, 1].flatMap((across) => cells.get(cellKey(column + across, row + down)) ?? [])
    ).map((other) => ({ one, other, distance: Math.hypot(one.x - other.x, one.y - other.y) }))
      .filter(({ distance }) => distance <= reach);
  }).sort((p, q) => p.distance - q.distance);
  const matched = new Map<A, B>();
  const taken = new Set<B>();
  for (const { one, other } of pairs) {
    if (matched.has(one) || taken.has(other)) continue;
    matched.set(one, other);
    taken.add(other);
  }
  return matched;
}

function cellKey(column: number, row: number): string {
  return `${column},${row}`;
}
