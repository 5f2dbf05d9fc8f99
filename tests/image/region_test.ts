import { deepEqual } from "node:assert/strict";
import { expandRegion } from "../../src/image/region.ts";

const picture = { width: 100, height: 80 };

Deno.test("a region grows by the margin on each side, but not beyond the border", () => {
  const cases = [
    // Away from the border: 5 px more on the left and above, 10 px wider and higher.
    [{ x: 20, y: 30, width: 10, height: 20 }, { x: 15, y: 25, width: 20, height: 30 }],
    // The upper left corner is 3 px and 2 px away: 0 to 13 + 5 across, 0 to 12 + 5 down.
    [{ x: 3, y: 2, width: 10, height: 10 }, { x: 0, y: 0, width: 18, height: 17 }],
    // The lower right corner: 85 to 100 across, 65 to 80 down.
    [{ x: 90, y: 70, width: 10, height: 10 }, { x: 85, y: 65, width: 15, height: 15 }],
    [{ x: 0, y: 0, ...picture }, { x: 0, y: 0, ...picture }],
  ] as const;
  for (const [region, expected] of cases) deepEqual(expandRegion(region, 5, picture), expected);
});

Deno.test("a margin of 0 leaves a region as it is", () => {
  const region = { x: 99, y: 79, width: 1, height: 1 };
  deepEqual(expandRegion(region, 0, picture), region);
});
