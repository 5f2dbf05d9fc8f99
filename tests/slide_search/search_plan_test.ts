import { deepEqual } from "node:assert/strict";
import { readRegion } from "../../src/slide_search/region.ts";
import { planSearch } from "../../src/slide_search/search_plan.ts";

/** A slide of 5,120 x 512 px in ten tiles, with cells of 32 px. */
const facts = {
  tiles: Array.from({ length: 10 }, (_, i) => ({ x: 512 * i, y: 0, width: 512, height: 512 })),
  scale: 1,
  resolution: { mpp: 0.25, mppOrigin: "file" },
} as const;
const tissue = { width: 160, height: 16, cell: 32, data: new Uint8Array(160 * 16).fill(1) };

function tilesFor(ring: readonly (readonly [number, number])[]): readonly number[] {
  const coordinates = [[...ring, ring[0]]];
  const region = readRegion(JSON.stringify({ type: "Polygon", coordinates }));
  return [...planSearch(facts, tissue, region).tiles].sort((a, b) => a - b);
}

Deno.test("a region that is narrower than a cell of the mask is searched along its whole length", () => {
  const all = facts.tiles.map((_, i) => i);
  deepEqual(tilesFor([[10, 98], [5000, 98], [5000, 104], [10, 104]]), all);
  deepEqual(tilesFor([[10, 100], [5000, 400], [5000, 404]]), all);
});

Deno.test("a region that reaches far beyond the slide is searched where it lies on it", () => {
  const far = 1e12;
  deepEqual(tilesFor([[1100, -far], [1104, -far], [1104, far], [1100, far]]), [2]);
  deepEqual(tilesFor([[-far, -far], [far, -far], [far, far], [-far, far]]).length, 10);
});
