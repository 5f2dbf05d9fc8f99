import { microscopeMpp } from "../mpp.ts";
import { imageJValues, isOme, omePixels } from "./description.ts";
import type { Directory } from "./directory.ts";
import { Tag } from "./tags.ts";

/** Micrometers of a unit, by the names that OME-XML and ImageJ use. */
const MICRONS: Readonly<Record<string, number>> = {
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

/** Micrometers of the tag ResolutionUnit: inch and centimeter, and tifffile's millimeter, micrometer. */
const RESOLUTION_UNITS: Readonly<Record<number, number>> = { 2: 25_400, 3: 1e4, 4: 1e3, 5: 1 };

/** How large pixels are across and down, in micrometers. */
type PixelSize = readonly [x: number, y: number];

/**
 * Finds how many micrometers a pixel has: in an OME-XML, in Aperio's `MPP`, in ImageJ's `unit` with the
 * resolution, or in the resolution by its unit. The first that is plausible counts.
 *
 * @returns `undefined` where there is none, or where columns and rows differ by more than 1 %.
 */
export async function readScale(
  page: Directory,
  description: string,
  size: { width: number; height: number },
): Promise<number | undefined> {
  const x = await resolution(page, Tag.XResolution);
  const y = await resolution(page, Tag.YResolution);
  const sizes = [
    omeSize(description, size),
    aperioSize(description),
    description.startsWith("ImageJ=")
      ? imageJSize(description, [1 / x, 1 / y])
      : times([1 / x, 1 / y], RESOLUTION_UNITS[await resolution(page, Tag.ResolutionUnit) || 2]),
  ];
  return sizes.map((pixel) => pixel && microscopeMpp(...pixel)).find((mpp) => mpp !== undefined);
}

/** The value of a tag, or not a number: a tag that is broken has no bearing on pixels. */
async function resolution(page: Directory, tag: number): Promise<number> {
  try {
    return (await page.numbers(tag, 1))[0] ?? NaN;
  } catch {
    return NaN;
  }
}

function omeSize(
  description: string,
  { width, height }: { width: number; height: number },
): PixelSize | undefined {
  if (!isOme(description)) return undefined;
  const pixels = omePixels(description, width, height)?.attributes;
  const along = (axis: "X" | "Y") =>
    Number(pixels?.get(`PhysicalSize${axis}`) ?? NaN) *
    (micronsOf(pixels?.get(`PhysicalSize${axis}Unit`) ?? "µm") ?? NaN);
  return [along("X"), along("Y")];
}

function aperioSize(description: string): PixelSize | undefined {
  const [, mpp] = /\|\s*MPP\s*=\s*([\d.]+)/.exec(description.slice(0, 65_536)) ?? [];
  return mpp === undefined ? undefined : [Number(mpp), Number(mpp)];
}

function imageJSize(description: string, units: PixelSize): PixelSize | undefined {
  const values = imageJValues(description);
  const unit = micronsOf(values.get("unit") ?? "");
  // ImageJ names a second unit only where it is another one.
  const unitY = values.has("yunit") ? micronsOf(values.get("yunit") ?? "") : unit;
  return unit === undefined || unitY === undefined
    ? undefined
    : [units[0] * unit, units[1] * unitY];
}

function micronsOf(unit: string): number | undefined {
  const plain = unit
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    .trim();
  // "M" is no meter and "MM" no millimeter, but words come in all letters.
  return MICRONS[plain] ?? (plain.length > 2 ? MICRONS[plain.toLowerCase()] : undefined);
}

function times([x, y]: PixelSize, factor: number | undefined): PixelSize | undefined {
  return factor === undefined ? undefined : [x * factor, y * factor];
}
