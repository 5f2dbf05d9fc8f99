import { type Mask, removeSmallGroups, thresholdBox } from "../image/mask.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Overview } from "./overview.ts";

/** The cells of an overview that show tissue, and those that show ink of a pen. */
export interface TissueMap {
  readonly tissue: Mask;
  readonly pen: Mask;
}

/** Minimum optical density of stain in its densest channel; glass and dust have less. */
const MIN_DENSITY = 0.05;

/**
 * Minimum difference of optical density between channels of stain; gray dust, scratches and shadows have
 * less.
 */
const MIN_CHROMA = 0.03;

/** Minimum area of tissue and of gaps in it, in mm². Smaller groups are dust; smaller gaps count as tissue. */
const MIN_GROUP_MM2 = 0.002;

/** Minimum area of ink, in mm²; smaller dark spots are pigment or dirt. */
const MIN_PEN_MM2 = 0.02;

/** Half the side of the square in which tissue has to be the majority, in micrometers. */
const SMOOTHING_UM = 8;

/**
 * Finds tissue on the overview of an H&E slide: pixels that are darker than glass and have a color. Leaves
 * out the ink of pens, by colors that hematoxylin and eosin do not give. Finds red ink only if it absorbs
 * about as much blue as green.
 *
 * @param mpp Micrometers per pixel of the slide.
 */
export function findTissue({ image, cell }: Overview, mpp: number): TissueMap {
  const { width, height, data } = image;
  const density = densitiesOf(background(image));
  const stained = new Uint8Array(width * height);
  const inked = new Uint8Array(width * height);
  for (let i = 0; i < stained.length; i++) {
    const red = density[0]?.[data[3 * i] as number] ?? 0;
    const green = density[1]?.[data[3 * i + 1] as number] ?? 0;
    const blue = density[2]?.[data[3 * i + 2] as number] ?? 0;
    if (isInk(red, green, blue)) inked[i] = 1;
    else if (isStain(red, green, blue)) stained[i] = 1;
  }
  const cellMm2 = (cell * mpp / 1000) ** 2;
  const radius = Math.max(1, Math.round(SMOOTHING_UM / (cell * mpp)));
  const half = Math.ceil((2 * radius + 1) ** 2 / 2);
  const mask = (cells: Uint8Array): Mask => ({ width, height, cell, data: cells });
  const minPenCells = Math.ceil(MIN_PEN_MM2 / cellMm2);
  const marks = removeSmallGroups(mask(thresholdBox(mask(inked), radius, half)), minPenCells);
  // The border of a mark is a mixture of ink and glass and would look like tissue.
  const pen = mask(thresholdBox(marks, 2 * radius, 1));
  // Pixels that look like ink, but in groups too small for a mark, are dark tissue.
  const isTissue = stained.map((value, i) => pen.data[i] === 1 ? 0 : value | (inked[i] ?? 0));
  const smooth = mask(thresholdBox(mask(isTissue), radius, half));
  const minCells = Math.ceil(MIN_GROUP_MM2 / cellMm2);
  const whole = removeSmallGroups(removeSmallGroups(smooth, minCells, 0), minCells, 1);
  return {
    tissue: { ...whole, data: whole.data.map((value, i) => pen.data[i] === 1 ? 0 : value) },
    pen,
  };
}

function isStain(red: number, green: number, blue: number): boolean {
  const max = Math.max(red, green, blue);
  return max >= MIN_DENSITY && max - Math.min(red, green, blue) >= MIN_CHROMA;
}

/** Returns whether a pixel of these densities is ink. Hematoxylin and eosin absorb green most. */
function isInk(red: number, green: number, blue: number): boolean {
  const max = Math.max(red, green, blue);
  const isGreenOrBlue = red > 0.3 && red - green > 0.1;
  const isBlack = max > 0.7 && Math.min(red, green, blue) > 0.75 * max;
  const isRed = green > 0.5 && red < 0.2 * green && blue > 0.8 * green;
  return isGreenOrBlue || isBlack || isRed;
}

/** Returns the color of glass: the median of bright gray pixels. */
function background({ width, height, data }: RgbImage): number[] {
  const histograms = [0, 1, 2].map(() => new Uint32Array(256));
  let count = 0;
  for (let i = 0; i < width * height * 3; i += 3) {
    const [red = 0, green = 0, blue = 0] = [data[i], data[i + 1], data[i + 2]];
    const min = Math.min(red, green, blue);
    // Scanners fill areas that they did not scan with pure white.
    if (min < 200 || min === 255 || Math.max(red, green, blue) - min > 12) continue;
    [red, green, blue].forEach((value, channel) => {
      const histogram = histograms[channel];
      if (histogram !== undefined) histogram[value] = (histogram[value] ?? 0) + 1;
    });
    count++;
  }
  if (count < width * height / 1000) return [240, 240, 240];
  return histograms.map((histogram) => {
    let sum = 0;
    return histogram.findIndex((value) => (sum += value) * 2 >= count);
  });
}

/** Returns the optical density of each sample value, for each channel. */
function densitiesOf(white: readonly number[]): Float64Array[] {
  return white.map((level) =>
    Float64Array.from(
      { length: 256 },
      (_, value) => Math.max(0, Math.log10((level + 1) / (value + 1))),
    )
  );
}
