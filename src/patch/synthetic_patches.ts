import type { PixelBatch } from "../inference/engine.ts";
import { seededRandom } from "../random.ts";

/**
 * Generates synthetic patches, the same ones in every run. The first, third, … are noise around a
 * random color. The others are soft dark spots on pink. A network takes some of the spots for
 * nuclei, so its probabilities spread over 0 to 1.
 *
 * @returns uint8 `[count, height, width, 3]`, RGB, 0 to 255.
 */
export function syntheticPatches(count: number, width: number, height: number): PixelBatch {
  const random = seededRandom(20161127);
  const data = new Uint8Array(count * width * height * 3);
  const size = width * height * 3;
  for (let n = 0; n < count; n++) {
    const patch = data.subarray(n * size, (n + 1) * size);
    if (n % 2 === 0) fillWithNoise(patch, random);
    else fillWithSpots(patch, width, height, random);
  }
  return { count, width, height, data };
}

function fillWithNoise(patch: Uint8Array, random: () => number): void {
  const color = [random() * 255, random() * 255, random() * 255];
  const contrast = random() * 255;
  for (let i = 0; i < patch.length; i++) {
    patch[i] = clamp((color[i % 3] ?? 0) + contrast * (random() - 0.5));
  }
}

function fillWithSpots(
  patch: Uint8Array,
  width: number,
  height: number,
  random: () => number,
): void {
  const spots = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i) => ({
    x: i === 0 ? width / 2 : random() * width,
    y: i === 0 ? height / 2 : random() * height,
    radius: 2 + random() * 9,
    squeeze: 0.4 + random() * 0.6,
    angle: random() * Math.PI,
    depth: 0.3 + random() * 0.7,
  }));
  const light = [225 + random() * 25, 160 + random() * 70, 200 + random() * 40];
  const dark = [60, 20, 90];
  const grain = random() * 30;
  for (let at = 0; at < width * height; at++) {
    let coverage = 0;
    for (const { x, y, radius, squeeze, angle, depth } of spots) {
      const [dx, dy] = [at % width - x, Math.floor(at / width) - y];
      const along = dx * Math.cos(angle) + dy * Math.sin(angle);
      const across = (dy * Math.cos(angle) - dx * Math.sin(angle)) / squeeze;
      const distance = Math.hypot(along, across) / radius;
      coverage = Math.max(coverage, depth / (1 + Math.exp(6 * (distance - 1))));
    }
    for (let c = 0; c < 3; c++) {
      const value = (light[c] ?? 0) * (1 - coverage) + (dark[c] ?? 0) * coverage;
      patch[at * 3 + c] = clamp(value + grain * (random() - 0.5));
    }
  }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
