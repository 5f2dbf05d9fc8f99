import { deepEqual, equal, ok } from "node:assert/strict";
import { DENSITY_STEPS, hematoxylin, MAX_DENSITY } from "../../../src/search/candidates/stain.ts";

/**
 * Colors and 1000 times their hematoxylin, computed with NumPy:
 *
 *     S = np.array([[.65, .70, .29], [.07, .99, .11], [.27, .57, .78]])
 *     S /= np.linalg.norm(S, axis=1, keepdims=True)
 *     1000 * (-np.log10((rgb + 1) / 256) @ np.linalg.inv(S))[:, 0]
 */
const COLORS: readonly (readonly [rgb: readonly [number, number, number], thousandths: number])[] =
  [
    [[255, 255, 255], 0.00],
    [[70, 50, 130], 823.28],
    [[240, 150, 200], -29.04],
    [[120, 80, 160], 456.25],
    [[200, 200, 200], 126.90],
    [[255, 0, 0], -1605.52],
    [[128, 128, 128], 359.59],
    [[60, 60, 60], 752.54],
    [[150, 100, 170], 297.94],
    [[230, 120, 180], -28.22],
  ];

/** Runs {@linkcode hematoxylin} over a row of colors. */
function densities(
  colors: readonly (readonly number[])[],
  x = 0,
  y = 0,
  length = colors.length,
): number[] {
  const density = new Int32Array(length).fill(-1);
  const data = new Uint8Array(colors.flat());
  hematoxylin({ width: colors.length, height: 1, data }, x, y, density);
  return [...density];
}

Deno.test("the hematoxylin of a color is that of color deconvolution, to the nearest step", () => {
  equal(DENSITY_STEPS, 1000);
  const found = densities(COLORS.map(([rgb]) => rgb));
  // Each of three channels is rounded to a whole step.
  COLORS.forEach(([rgb, expected], i) => {
    ok(Math.abs((found[i] ?? NaN) - expected) <= 1.5, `${rgb}: ${found[i]}, not ${expected}`);
  });
});

Deno.test("each stain alone has its own optical density of hematoxylin: 1, 0 and 0", () => {
  // The colors are NumPy's np.round(256 * 10 ** -S - 1), which have 1002.11, -0.25 and 0.11.
  const [h = NaN, e = NaN, d = NaN] = densities([[56, 50, 130], [217, 25, 198], [137, 68, 42]]);
  ok(Math.abs(h - 1000) <= 4, `hematoxylin: ${h}`);
  ok(Math.abs(e) <= 4, `eosin: ${e}`);
  ok(Math.abs(d) <= 4, `diaminobenzidine: ${d}`);
});

Deno.test("a density is cut off at 2047", () => {
  // NumPy: black has 2909.41, cyan (0, 255, 255) 4514.94.
  equal(MAX_DENSITY, 2047);
  deepEqual(densities([[0, 0, 0], [0, 255, 255]]), [2047, 2047]);
});

Deno.test("beyond the border the outermost pixel is repeated, in every direction", () => {
  const colors = [[70, 50, 130], [255, 255, 255], [120, 80, 160]];
  const [a, b, c] = densities(colors);
  deepEqual(densities(colors, -2, 0, 7), [a, a, a, b, c, c, c]);
  deepEqual(densities(colors, 1, -5, 4), [b, c, c, c]);
  deepEqual(densities(colors, -1, 9, 3), [a, a, b]);
  deepEqual(densities(colors, 2, 0, 1), [c]);
});

Deno.test("the row of the picture is the one that was asked for", () => {
  const data = new Uint8Array([255, 255, 255, 120, 80, 160]);
  const density = new Int32Array(1);
  hematoxylin({ width: 1, height: 2, data }, 0, 1, density);
  ok(Math.abs((density[0] ?? NaN) - 456.25) <= 1.5);
});
