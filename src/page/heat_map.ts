/// <reference lib="dom" />
import { type Candidate, isMitosis } from "./review.ts";

/** Spread of one mitosis in the map, in microns. */
const SIGMA_UM = 25;

/** Longest side of the map, in its own pixels; it is smooth and drawn enlarged. */
const SIDE = 192;

/**
 * Where the mitoses of a field are dense: each spreads its probability as a Gaussian, and the
 * densest place is the reddest. Returns undefined where there is none.
 *
 * @param mpp Microns per pixel.
 */
export function heatMap(
  candidates: readonly Candidate[],
  threshold: number,
  { width, height }: { width: number; height: number },
  mpp: number,
): HTMLCanvasElement | undefined {
  const found = candidates.filter((candidate) => isMitosis(candidate, threshold));
  if (found.length === 0) return undefined;
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const density = densityOf(found, canvas, scale, SIGMA_UM / mpp * scale);
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  const image = context.createImageData(canvas.width, canvas.height);
  const highest = density.reduce((most, value) => Math.max(most, value), 0);
  density.forEach((value, at) => image.data.set(colorOf(value / highest), at * 4));
  context.putImageData(image, 0, 0);
  return canvas;
}

function densityOf(
  found: readonly Candidate[],
  { width, height }: { width: number; height: number },
  scale: number,
  sigma: number,
): Float32Array {
  const density = new Float32Array(width * height);
  const reach = Math.ceil(3 * sigma);
  for (const { x, y, probability } of found) {
    const [cx, cy] = [x * scale, y * scale];
    const [left, right] = [Math.max(0, Math.floor(cx - reach)), Math.min(width - 1, cx + reach)];
    const [top, bottom] = [Math.max(0, Math.floor(cy - reach)), Math.min(height - 1, cy + reach)];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const distance = ((column - cx) ** 2 + (row - cy) ** 2) / (2 * sigma ** 2);
        const at = row * width + column;
        density[at] = (density[at] ?? 0) + (probability ?? 1) * Math.exp(-distance);
      }
    }
  }
  return density;
}

/** Stops of the color scale: clear, blue, yellow, red; red, green, blue, alpha. */
const STOPS = [[40, 60, 200, 0], [40, 110, 230, 95], [250, 210, 50, 150], [225, 45, 40, 185]];

function colorOf(share: number): number[] {
  const at = share * (STOPS.length - 1);
  const [low, high] = [STOPS[Math.floor(at)] ?? [], STOPS[Math.ceil(at)] ?? []];
  return [0, 1, 2, 3].map((i) => (low[i] ?? 0) + ((high[i] ?? 0) - (low[i] ?? 0)) * (at % 1));
}
