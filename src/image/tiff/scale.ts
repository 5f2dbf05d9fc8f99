import { microscopeMpp } from "../mpp.ts";
import type { Size } from "../region.ts";
import { imageJValues, isOme, omePixels } from "./description.ts";
import type { Directory } from "./directory.ts";
import { Tag } from "./tags.ts";

/** Micrometers per unit, by the names that OME-XML and ImageJ use. */
const MICROMETERS: Readonly<Record<string, number>> = {
  "µm": 1,
  "μm": 1,
  "um": 1,
  "micron": 1,
  "microns": 1,
  "micrometer": 1,
  "micrometers": 1,
  "micrometre": 1,
  "nm": 1e-3,
  "nanometer": 1e-3,
  "nanometers": 1e-3,
  "å": 1e-4,
  "mm": 1e3,
  "millimeter": 1e3,
  "millimeters": 1e3,
  "cm": 1e4,
  "centimeter": 1e4,
  "centimeters": 1e4,
  "m": 1e6,
  "meter": 1e6,
  "in": 25_400,
  "inch": 25_400,
  "inches": 25_400,
};

/** Micrometers per ResolutionUnit: inch, centimeter, and tifffile's millimeter and micrometer. */
const RESOLUTION_UNITS: Readonly<Record<number, number>> = { 2: 25_400, 3: 1e4, 4: 1e3, 5: 1 };

/** Maximum number of characters of a description in which Aperio's values are searched. */
const MAX_APERIO_DESCRIPTION = 65_536;

/** Width and height of a pixel in micrometers. */
type PixelSize = readonly [x: number, y: number];

/**
 * Reads micrometers per pixel from OME-XML, from Aperio's `MPP`, from ImageJ's `unit` with XResolution
 * and YResolution, or from these with ResolutionUnit. The first value that a microscope can have counts.
 *
 * @returns `undefined` if there is none, or if width and height differ by more than 1 %.
 */
export async function readScale(
  page: Directory,
  description: string,
  size: Size,
): Promise<number | undefined> {
  const x = await readNumber(page, Tag.XResolution);
  const y = await readNumber(page, Tag.YResolution);
  const sizes = [
    omeSize(description, size),
    aperioSize(description),
    description.startsWith("ImageJ=")
      ? imageJSize(description, [1 / x, 1 / y])
      : times([1 / x, 1 / y], RESOLUTION_UNITS[await readNumber(page, Tag.ResolutionUnit) || 2]),
  ];
  return sizes.map((pixel) => pixel && microscopeMpp(...pixel)).find((mpp) => mpp !== undefined);
}

/** Reads a number. Returns NaN if the tag is absent or broken, because it does not affect pixels. */
async function readNumber(page: Directory, tag: number): Promise<number> {
  try {
    return (await page.numbers(tag, 1))[0] ?? NaN;
  } catch {
    return NaN;
  }
}

function omeSize(
  description: string,
  { width, height }: Size,
): PixelSize | undefined {
  if (!isOme(description)) return undefined;
  const pixels = omePixels(description, width, height)?.attributes;
  const along = (axis: "X" | "Y") =>
    Number(pixels?.get(`PhysicalSize${axis}`) ?? NaN) *
    (micrometersIn(pixels?.get(`PhysicalSize${axis}Unit`) ?? "µm") ?? NaN);
  return [along("X"), along("Y")];
}

function aperioSize(description: string): PixelSize | undefined {
  const [, mpp] = /\|\s*MPP\s*=\s*([\d.]+)/.exec(description.slice(0, MAX_APERIO_DESCRIPTION)) ??
    [];
  return mpp === undefined ? undefined : [Number(mpp), Number(mpp)];
}

function imageJSize(description: string, pixel: PixelSize): PixelSize | undefined {
  const values = imageJValues(description);
  const unit = micrometersIn(values.get("unit") ?? "");
  // ImageJ states a second unit only if it differs.
  const unitY = values.has("yunit") ? micrometersIn(values.get("yunit") ?? "") : unit;
  return unit === undefined || unitY === undefined
    ? undefined
    : [pixel[0] * unit, pixel[1] * unitY];
}

/** Returns micrometers per unit; `undefined` if the unit is not known. */
function micrometersIn(unit: string): number | undefined {
  const plain = unit
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    .trim();
  // Upper case matters in symbols ("M" is not a meter), but not in words.
  return MICROMETERS[plain] ?? (plain.length > 2 ? MICROMETERS[plain.toLowerCase()] : undefined);
}

function times([x, y]: PixelSize, factor: number | undefined): PixelSize | undefined {
  return factor === undefined ? undefined : [x * factor, y * factor];
}
