/** Draws the tissue around nuclei: fibers of stroma, and cell bodies of a tumor. */
import { blendStains, forEachPixel, noise, type Tissue } from "./tissue.ts";

/** Returns the direction of the fibers at a point, in radians. */
export type FiberDirection = (x: number, y: number) => number;

/** Covers the slide with pink collagen: wavy bundles that part here and there. */
export function drawStroma(tissue: Tissue, random: () => number, lean: number): FiberDirection {
  const [cos, sin] = [Math.cos(lean), Math.sin(lean)];
  const [bent, swaying] = [noise(random, 150), noise(random, 37)];
  const [bundles, fibers, threads] = [noise(random, 1), noise(random, 1), noise(random, 1)];
  const [dense, mottled] = [noise(random, 90), noise(random, 3)];
  const along = (x: number, y: number) => x * cos + y * sin;
  const across = (x: number, y: number) => -x * sin + y * cos + 42 * bent(x, y) + 5 * swaying(x, y);
  forEachPixel(tissue, (x, y, at) => {
    const [u, v] = [along(x, y), across(x, y)];
    const bundle = bundles(u / 110, v / 15);
    const fiber = 0.6 * fibers(u / 45, v / 4.5) + 0.4 * threads(u / 30, v / 2);
    const cleft = Math.max(0, bundles(u / 140 + 7, v / 11 + 19) - 0.52) * 2.6;
    const share = Math.max(0.1, 1 - cleft);
    blendStains(tissue, at, 1, {
      hematoxylin: share * (0.045 + 0.015 * dense(y, x) + 0.02 * mottled(x, y) + 0.02 * fiber),
      eosin: share *
        (0.23 + 0.05 * dense(x, y) + 0.07 * bundle + 0.08 * fiber + 0.03 * mottled(y, x)),
    });
  });
  return (x, y) => {
    const [gx, gy] = [across(x + 4, y) - across(x - 4, y), across(x, y + 4) - across(x, y - 4)];
    return Math.atan2(-gx, gy);
  };
}

/** The body of a tumor cell. */
export interface Body {
  readonly x: number;
  readonly y: number;
  /** How much farther the body extends than those of its neighbors, in pixels. */
  readonly extra: number;
}

/**
 * Draws packed bodies of tumor cells. Each pixel belongs to the nearest body, and a membrane is
 * drawn where two bodies meet.
 *
 * @param coverage Returns how much of the tissue is covered at a point, 0 to 1.
 */
export function drawEpithelium(
  tissue: Tissue,
  random: () => number,
  bodies: readonly Body[],
  coverage: (x: number, y: number) => number,
): void {
  const [uneven, coarse, fine, broad] = [
    noise(random, 14),
    noise(random, 5),
    noise(random, 2.2),
    noise(random, 45),
  ];
  forEachPixel(tissue, (x, y, at) => {
    const share = coverage(x, y);
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
    blendStains(tissue, at, share, {
      hematoxylin: 0.085 + 0.015 * tone + 0.03 * grain + 0.02 * broad(x, y) + 0.02 * membrane,
      eosin: 0.15 + 0.02 * tone + 0.035 * grain + 0.025 * broad(y, x) + 0.06 * membrane,
    });
  });
}
