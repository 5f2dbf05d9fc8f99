/// <reference lib="dom" />
import { type Candidate, isMitosis } from "./candidate.ts";

/** Standard deviation of the Gaussian that each mitosis adds, in micrometers. */
const SIGMA_UM = 25;

/** Maximum width and height of the map, in its own pixels. The map is smooth, so it can be enlarged. */
const MAX_SIDE = 192;

/**
 * Draws where mitoses are dense. Each mitosis adds a Gaussian, weighted by its probability, or by 1 if it
 * was added by hand. The highest density of the field is red. This is not the heat map of the service,
 * which shows the probability at each point.
 *
 * @param mpp Resolution of the field, in micrometers per pixel.
 * @returns The map, which covers the whole field; undefined if there is no mitosis.
 */
export function densityMap(
  candidates: readonly Candidate[],
  threshold: number,
  { width, height }: { width: number; height: number },
  mpp: number,
): HTMLCanvasElement | undefined {
  const mitoses = candidates.filter((candidate) => isMitosis(candidate, threshold));
  if (mitoses.length === 0) return undefined;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const density = densityOf(mitoses, canvas, scale, SIGMA_UM / mpp * scale);
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  const image = context.createImageData(canvas.width, canvas.height);
  const highest = density.reduce((max, value) => Math.max(max, value), 0);
  density.forEach((value, i) => image.data.set(densityColor(value / highest), i * 4));
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Sums the Gaussians of mitoses, each out to three standard deviations.
 *
 * @param scale Pixels of the map for one pixel of the field.
 * @param sigma Standard deviation, in pixels of the map.
 */
function densityOf(
  mitoses: readonly Candidate[],
  { width, height }: { width: number; height: number },
  scale: number,
  sigma: number,
): Float32Array {
  const density = new Float32Array(width * height);
  const reach = Math.ceil(3 * sigma);
  for (const { x, y, probability } of mitoses) {
    const [cx, cy] = [x * scale, y * scale];
    const [left, right] = [Math.max(0, Math.floor(cx - reach)), Math.min(width - 1, cx + reach)];
    const [top, bottom] = [Math.max(0, Math.floor(cy - reach)), Math.min(height - 1, cy + reach)];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const exponent = ((column - cx) ** 2 + (row - cy) ** 2) / (2 * sigma ** 2);
        const i = row * width + column;
        density[i] = (density[i] ?? 0) + (probability ?? 1) * Math.exp(-exponent);
      }
    }
  }
  return density;
}

/** Colors of the map at equal steps of density, as red, green, blue, alpha: clear, blue, yellow, red. */
const STOPS = [[40, 60, 200, 0], [40, 110, 230, 95], [250, 210, 50, 150], [225, 45, 40, 185]];

/**
 * Returns the color of a density, as red, green, blue and alpha, 0 to 255.
 *
 * @param share The density as a share of the highest density, 0 to 1.
 */
function densityColor(share: number): number[] {
  const at = share * (STOPS.length - 1);
  const [low, high] = [STOPS[Math.floor(at)] ?? [], STOPS[Math.ceil(at)] ?? []];
  return [0, 1, 2, 3].map((i) => (low[i] ?? 0) + ((high[i] ?? 0) - (low[i] ?? 0)) * (at % 1));
}
