import type { Directory } from "./directory.ts";
import type { Layout } from "./layout.ts";
import { corrupt, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

const PHOTOMETRIC: Readonly<Record<number, string>> = {
  4: "a transparency mask",
  5: "CMYK, made for printing",
  8: "CIELab",
  9: "ICCLab",
  10: "ITULab",
  32803: "raw data of a camera (CFA)",
  32844: "LogL",
  32845: "LogLuv",
  34892: "raw data of a camera (LinearRaw)",
  51177: "a depth map",
};

const FORMATS: Readonly<Record<number, Layout["format"]>> = {
  1: "unsigned",
  2: "signed",
  3: "float",
  // Undefined data: unsigned is what readers take it for.
  4: "unsigned",
};

/** Reads how many bits a sample has; all have to be alike and more than one. */
export async function readBits(page: Directory, samples: number): Promise<number> {
  // TIFF 6.0: the default is 1.
  const [bits = 1, ...others] = await page.integers(Tag.BitsPerSample, samples);
  if (others.some((other) => other !== bits)) {
    throw unsupported(`has samples of ${[bits, ...others].join(", ")} bits; they have to be alike`);
  }
  if (bits < 2) {
    throw unsupported(`has ${bits} bit a sample; 2 to 16 are accepted, 8 or 16 are usual`);
  }
  return bits;
}

/** Reads PhotometricInterpretation, and refuses by its name what is not read. */
export async function readPhotometric(page: Directory): Promise<number> {
  const photometric = await page.integer(Tag.PhotometricInterpretation);
  if (photometric === undefined) {
    throw unsupported("does not say what its samples mean; save it as RGB");
  }
  if (![0, 1, 2, 3, 6].includes(photometric)) {
    const name = PHOTOMETRIC[photometric] ?? `of the unknown kind ${photometric}`;
    throw unsupported(`is ${name}; save it as gray or RGB`);
  }
  return photometric;
}

/** Samples of a pixel that are its color: PhotometricInterpretation RGB and YCbCr have three. */
export function colorsOf(photometric: number): 1 | 3 {
  return photometric === 2 || photometric === 6 ? 3 : 1;
}

/** Finds the sample that says how opaque a pixel is; gray with further samples is refused. */
export async function readAlpha(
  page: Directory,
  samples: number,
  photometric: number,
): Promise<Layout["alpha"]> {
  const colors = colorsOf(photometric);
  const extra = await page.integers(Tag.ExtraSamples, samples - colors);
  const at = extra.findIndex((kind) => kind === 1 || kind === 2);
  const alpha = at < 0 ? undefined : { sample: colors + at, associated: extra[at] === 1 };
  if (colors === 1 && samples > 1 && (alpha === undefined || samples > 2)) {
    throw unsupported(
      `has ${samples} samples a pixel and says of one alone what it means; save it as RGB`,
    );
  }
  // Programs do not agree whether opacity is inverted too.
  if (alpha !== undefined && photometric === 0) {
    throw unsupported("has opacity beside gray whose 0 is white; save it as RGB");
  }
  if (alpha !== undefined && photometric === 3) {
    throw unsupported("has opacity beside a palette; save it as RGB");
  }
  return alpha;
}

/** Reads the kind of number, and the range of what is not unsigned with 16 bits at most. */
export async function readFormat(
  page: Directory,
  samples: number,
  bits: number,
): Promise<Pick<Layout, "format" | "ranges">> {
  const formats = await page.integers(Tag.SampleFormat, samples);
  const format = FORMATS[formats[0] ?? 1];
  if (format === undefined || formats.some((other) => FORMATS[other] !== format)) {
    throw unsupported("has samples that are complex numbers or of several kinds; save it as RGB");
  }
  if (format === "unsigned" && bits <= 16) {
    const [white = 0] = await page.numbers(Tag.MaxSampleValue, 1);
    checkUsedBits(bits, Math.log2(white + 1), `MaxSampleValue is ${white}`);
    return { format, ranges: [] };
  }
  const black = await page.numbers(Tag.SMinSampleValue, samples);
  const white = await page.numbers(Tag.SMaxSampleValue, samples);
  const ranges = Array.from({ length: samples }, (_, i) =>
    [
      black[i] ?? black[0] ?? NaN,
      white[i] ?? white[0] ?? NaN,
    ] as const);
  const kind = format === "float" ? "floating-point" : format;
  const accepted = format === "float" ? [16, 32, 64] : [8, 16, 32];
  if (!accepted.includes(bits)) {
    throw unsupported(`has ${kind} samples of ${bits} bits; save it with 8 unsigned bits`);
  }
  if (ranges.some(([from, to]) => !(Number.isFinite(from) && Number.isFinite(to) && from < to))) {
    throw unsupported(
      `has ${kind} samples of ${bits} bits and does not say which values are black and white ` +
        "(SMinSampleValue, SMaxSampleValue); save it with 8 unsigned bits",
    );
  }
  return { format, ranges };
}

/**
 * Refuses samples of which a part of the bits is used: 12 bits of a camera in 16 would be read as a
 * nearly black picture.
 *
 * @param used Bits that are used by the file's account; no whole number where it says nothing.
 */
export function checkUsedBits(bits: number, used: number, source: string): void {
  if (bits > 8 && used >= 8 && used < bits && Number.isInteger(used)) {
    throw unsupported(
      `uses ${used} of the ${bits} bits of its samples (${source}), so that it would be read too ` +
        "dark; save it with 8 bits",
    );
  }
}

/** Refuses predictors that do not go with the samples, or that readers disagree about. */
export function checkPredictor(
  predictor: number,
  compression: number,
  format: Layout["format"],
  bits: number,
): void {
  if (predictor !== 1 && compression === 1) {
    throw unsupported(
      `has predictor ${predictor} without compression, which programs read in different ways; ` +
        "save it without predictor",
    );
  }
  const able = predictor === 1 ||
    predictor === 2 && [8, 16, 32].includes(bits) ||
    predictor === 3 && format === "float";
  if (!able) throw unsupported(`has predictor ${predictor} with samples of ${bits} bits`);
}

/** 8-bit RGB of each value; the file has 16 bits, all reds first. */
export async function readPalette(page: Directory, bits: number): Promise<Uint8Array> {
  const size = 2 ** bits;
  if (bits > 16) throw unsupported(`has a palette with ${bits} bits a sample`);
  const map = await page.integers(Tag.ColorMap, 3 * size);
  if (map.length < 3 * size) throw corrupt(`its palette has ${map.length} of ${3 * size} values`);
  // Some programs write 8 bits instead, as libtiff knows.
  const shift = map.every((value) => value < 256) ? 0 : 8;
  const palette = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = (map[c * size + i] ?? 0) >> shift;
  }
  return palette;
}
