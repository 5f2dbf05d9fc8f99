import type { Directory } from "./directory.ts";
import type { Layout } from "./layout.ts";
import { corrupt, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

/** The values of PhotometricInterpretation that are supported. */
export const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, YCBCR] = [0, 1, 2, 3, 6] as const;

const SUPPORTED_PHOTOMETRIC: readonly number[] = [
  WHITE_IS_ZERO,
  BLACK_IS_ZERO,
  RGB,
  PALETTE,
  YCBCR,
];

/** Names of values of PhotometricInterpretation that are refused. */
const REFUSED_PHOTOMETRIC: Readonly<Record<number, string>> = {
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

/** The values of SampleFormat. */
const SAMPLE_FORMATS: Readonly<Record<number, Layout["sampleFormat"]>> = {
  1: "unsigned",
  2: "signed",
  3: "float",
  // "Undefined data" is read as unsigned, as other readers do.
  4: "unsigned",
};

/** The values of ExtraSamples that mean opacity: with multiplied colors, and without. */
const [ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA] = [1, 2] as const;

/** Reads BitsPerSample. All samples must have the same number of bits, more than one. */
export async function readBitsPerSample(page: Directory, samplesPerPixel: number): Promise<number> {
  // TIFF 6.0, section 8: the default is 1.
  const [bits = 1, ...others] = await page.integers(Tag.BitsPerSample, samplesPerPixel);
  if (others.some((other) => other !== bits)) {
    throw unsupported(
      `has samples of ${[bits, ...others].join(", ")} bits; the same number is accepted for all`,
    );
  }
  if (bits < 2) {
    throw unsupported(`has ${bits} bit a sample; 2 to 16 are accepted, 8 or 16 are usual`);
  }
  return bits;
}

/** Reads PhotometricInterpretation. Refuses unsupported values, with their names. */
export async function readPhotometric(page: Directory): Promise<number> {
  const photometric = await page.integer(Tag.PhotometricInterpretation);
  if (photometric === undefined) {
    throw unsupported(
      "has no PhotometricInterpretation, so its colors are unknown; save it as RGB",
    );
  }
  if (!SUPPORTED_PHOTOMETRIC.includes(photometric)) {
    const name = REFUSED_PHOTOMETRIC[photometric] ??
      `of the unknown PhotometricInterpretation ${photometric}`;
    throw unsupported(`is ${name}; save it as gray or RGB`);
  }
  return photometric;
}

/** Returns how many samples of a pixel hold its color. */
export function colorSamplesOf(photometric: number): 1 | 3 {
  return photometric === RGB || photometric === YCBCR ? 3 : 1;
}

/** Finds the sample that holds the opacity. Refuses gray with samples whose meaning is not stated. */
export async function readAlpha(
  page: Directory,
  samplesPerPixel: number,
  photometric: number,
): Promise<Layout["alpha"]> {
  const colorSamples = colorSamplesOf(photometric);
  const extra = await page.integers(Tag.ExtraSamples, samplesPerPixel - colorSamples);
  const index = extra.findIndex((kind) => kind === ASSOCIATED_ALPHA || kind === UNASSOCIATED_ALPHA);
  const alpha = index < 0
    ? undefined
    : { sample: colorSamples + index, associated: extra[index] === ASSOCIATED_ALPHA };
  if (colorSamples === 1 && samplesPerPixel > 1 && (alpha === undefined || samplesPerPixel > 2)) {
    throw unsupported(
      `has ${samplesPerPixel} samples per pixel and states the meaning of one; save it as RGB`,
    );
  }
  // Programs do not agree on whether the opacity is inverted too.
  if (alpha !== undefined && photometric === WHITE_IS_ZERO) {
    throw unsupported("has opacity beside gray whose 0 is white; save it as RGB");
  }
  if (alpha !== undefined && photometric === PALETTE) {
    throw unsupported("has opacity beside a palette; save it as RGB");
  }
  return alpha;
}

/** Reads SampleFormat, and black and white for all but unsigned samples of up to 16 bits. */
export async function readSampleFormat(
  page: Directory,
  samplesPerPixel: number,
  bitsPerSample: number,
): Promise<Pick<Layout, "sampleFormat" | "ranges">> {
  const formats = await page.integers(Tag.SampleFormat, samplesPerPixel);
  const sampleFormat = SAMPLE_FORMATS[formats[0] ?? 1];
  if (
    sampleFormat === undefined ||
    formats.some((other) => SAMPLE_FORMATS[other] !== sampleFormat)
  ) {
    throw unsupported("has samples that are complex numbers or of several kinds; save it as RGB");
  }
  if (sampleFormat === "unsigned" && bitsPerSample <= 16) {
    const [white = 0] = await page.numbers(Tag.MaxSampleValue, 1);
    checkUsedBits(bitsPerSample, Math.log2(white + 1), `MaxSampleValue is ${white}`);
    return { sampleFormat, ranges: [] };
  }
  const black = await page.numbers(Tag.SMinSampleValue, samplesPerPixel);
  const white = await page.numbers(Tag.SMaxSampleValue, samplesPerPixel);
  const ranges = Array.from({ length: samplesPerPixel }, (_, i) =>
    [
      black[i] ?? black[0] ?? NaN,
      white[i] ?? white[0] ?? NaN,
    ] as const);
  const samples = `${
    sampleFormat === "float" ? "floating-point" : sampleFormat
  } samples of ${bitsPerSample} bits`;
  const accepted = sampleFormat === "float" ? [16, 32, 64] : [8, 16, 32];
  if (!accepted.includes(bitsPerSample)) {
    throw unsupported(`has ${samples}; save it with 8 unsigned bits`);
  }
  if (ranges.some(([from, to]) => !(Number.isFinite(from) && Number.isFinite(to) && from < to))) {
    throw unsupported(
      `has ${samples} and does not state which values are black and white (SMinSampleValue, ` +
        "SMaxSampleValue); save it with 8 unsigned bits",
    );
  }
  return { sampleFormat, ranges };
}

/**
 * Refuses pages that use only a part of the bits of their samples. For example, a camera's 12 bits stored
 * in 16 would be read as a nearly black picture.
 *
 * @param usedBits Bits that are used according to the file; not a whole number if it states none.
 * @param source Where the file states it, for the message.
 */
export function checkUsedBits(bitsPerSample: number, usedBits: number, source: string): void {
  const isPart = Number.isInteger(usedBits) && usedBits >= 8 && usedBits < bitsPerSample;
  if (bitsPerSample > 8 && isPart) {
    throw unsupported(
      `uses ${usedBits} of the ${bitsPerSample} bits of its samples (${source}), so it would be ` +
        "read too dark; save it with 8 bits",
    );
  }
}

/** Refuses predictors that do not fit the samples, or that programs read in different ways. */
export function checkPredictor(
  predictor: number,
  compression: number,
  sampleFormat: Layout["sampleFormat"],
  bitsPerSample: number,
): void {
  if (predictor !== 1 && compression === 1) {
    throw unsupported(
      `has predictor ${predictor} without compression, which programs read in different ways; ` +
        "save it without predictor",
    );
  }
  const isSupported = predictor === 1 ||
    predictor === 2 && [8, 16, 32].includes(bitsPerSample) ||
    predictor === 3 && sampleFormat === "float";
  if (!isSupported) {
    throw unsupported(`has predictor ${predictor} with samples of ${bitsPerSample} bits`);
  }
}

/** Reads ColorMap as 8-bit RGB. The file stores 16 bits: all red values, then green, then blue. */
export async function readPalette(page: Directory, bitsPerSample: number): Promise<Uint8Array> {
  const size = 2 ** bitsPerSample;
  if (bitsPerSample > 16) {
    throw unsupported(`has a palette with ${bitsPerSample} bits per sample`);
  }
  const map = await page.integers(Tag.ColorMap, 3 * size);
  if (map.length < 3 * size) throw corrupt(`its palette has ${map.length} of ${3 * size} values`);
  // Some programs store 8 bits instead. libtiff recognizes them in the same way.
  const shift = map.every((value) => value < 256) ? 0 : 8;
  const palette = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = (map[c * size + i] ?? 0) >> shift;
  }
  return palette;
}
