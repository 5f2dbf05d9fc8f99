/** What cells lie in: the fibres of stroma, and the packed bodies of a tumor. */
import { everywhere, lay, noise, type Tissue } from "./tissue.ts";

/** The course of the fibres: the direction at a place, in radians. */
export type Course = (x: number, y: number) => number;

/** Covers the slide with pink collagen: wavy bundles that part here and there. */
export function stroma(tissue: Tissue, random: () => number, lean: number): Course {
  const [cos, sin] = [Math.cos(lean), Math.sin(lean)];
  const [bent, swaying] = [noise(random, 150), noise(random, 37)];
  const [bundles, fibres, threads] = [noise(random, 1), noise(random, 1), noise(random, 1)];
  const [dense, mottled] = [noise(random, 90), noise(random, 3)];
  const along = (x: number, y: number) => x * cos + y * sin;
  const across = (x: number, y: number) => -x * sin + y * cos + 42 * bent(x, y) + 5 * swaying(x, y);
  everywhere(tissue, (x, y, at) => {
    const [u, v] = [along(x, y), across(x, y)];
    const bundle = bundles(u / 110, v / 15);
    const fibre = 0.6 * fibres(u / 45, v / 4.5) + 0.4 * threads(u / 30, v / 2);
    const cleft = Math.max(0, bundles(u / 140 + 7, v / 11 + 19) - 0.52) * 2.6;
    const share = Math.max(0.1, 1 - cleft);
    lay(tissue, at, 1, {
      hematoxylin: share * (0.045 + 0.015 * dense(y, x) + 0.02 * mottled(x, y) + 0.02 * fibre),
      eosin: share *
        (0.23 + 0.05 * dense(x, y) + 0.07 * bundle + 0.08 * fibre + 0.03 * mottled(y, x)),
    });
  });
  return (x, y) => {
    const [gx, gy] = [across(x + 4, y) - across(x - 4, y), across(x, y + 4) - across(x, y - 4)];
    return Math.atan2(-gx, gy);
  };
}

/** The body of a tumor cell: where it lies, and how much farther it reaches than its neighbors. */
export interface Body {
  readonly x: number;
  readonly y: number;
  readonly extra: number;
}

/**
 * Packs bodies of cells against each other: each place belongs to the nearest, and where two meet there
 * is a membrane.
 *
 * @param cover How far a place is covered, from 0 to 1.
 */
export function epithelium(
  tissue: Tissue,
  random: () => number,
  bodies: readonly Body[],
  cover: (x: number, y: number) => number,
): void {
  const [uneven, coarse, fine, broad] = [
    noise(random, 14),
    noise(random, 5),
    noise(random, 2.2),
    noise(random, 45),
  ];
  everywhere(tissue, (x, y, at) => {
    const share = cover(x, y);
    if (share < 0.005) return;
    let [first, second, tone] = [Infinity, Infinity, 0];
    for (const body of bodies) {
      if (Math.abs(body.x - x) > 90 || Math.abs(body.y - y) > 90) continue;
      const distance = Math.hypot(body.x - x, body.y - y) - body.extra;
      if (distance < first) {
        second = first;
        first = distance;
        tone = Math.sin(body.x * 12.9 + body.y * 78.2);
      } else if (distance < second) second = distance;
    }
    const meeting = second - first + 3 * uneven(x, y);
    const membrane = Math.exp(-(meeting ** 2) / 8);
    const grain = 0.55 * coarse(x, y) + 0.45 * fine(x, y);
    lay(tissue, at, share, {
      hematoxylin: 0.085 + 0.015 * tone + 0.03 * grain + 0.02 * broad(x, y) + 0.02 * membrane,
      eosin: 0.15 + 0.02 * tone + 0.035 * grain + 0.025 * broad(y, x) + 0.06 * membrane,
    });
  });
}
