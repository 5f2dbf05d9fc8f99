import { COMPRESSIONS, JPEG, JPEG_2000_YCBCR } from "./compressions.ts";
import type { Directory } from "./directory.ts";
import { readGrid } from "./grid.ts";
import type { Layout } from "./layout.ts";
import { corrupt, unsupported } from "./problems.ts";
import {
  checkPredictor,
  colorSamplesOf,
  PALETTE,
  readAlpha,
  readBitsPerSample,
  readPalette,
  readPhotometric,
  readSampleFormat,
  WHITE_IS_ZERO,
  YCBCR,
} from "./sample_tags.ts";
import { Tag } from "./tags.ts";

/** Pages with more samples per pixel are refused. RGB with several masks has fewer. */
const MAX_SAMPLES_PER_PIXEL = 8;

/** Pages with more bits per pixel are refused, because they take long to unpack. RGBA of 32 bits has 128. */
const MAX_BITS_PER_PIXEL = 192;

/** Maximum size of an unpacked strip or tile, in bytes. It is in memory as a whole. */
const MAX_SEGMENT_BYTES = 512 << 20;

/** Maximum number of bytes of the shared JPEG tables that are read. */
const MAX_JPEG_TABLES = 1 << 20;

/**
 * Reads how the pixels of a page are stored.
 *
 * @throws {Problem} `image_unsupported` with the name of what is not supported; `image_corrupt`.
 */
export async function readLayout(page: Directory): Promise<Layout> {
  const width = await page.integer(Tag.ImageWidth) ?? 0;
  const height = await page.integer(Tag.ImageLength) ?? 0;
  const samplesPerPixel = await page.integer(Tag.SamplesPerPixel) ?? 1;
  if (!(samplesPerPixel >= 1 && samplesPerPixel <= MAX_SAMPLES_PER_PIXEL)) {
    throw unsupported(
      `has ${samplesPerPixel} samples per pixel; at most ${MAX_SAMPLES_PER_PIXEL} are accepted`,
    );
  }
  const compression = await page.integer(Tag.Compression) ?? 1;
  const codec = COMPRESSIONS[compression];
  if (codec?.decode === undefined) {
    const name = codec && `${codec.name} compression (${compression})`;
    throw unsupported(
      `has ${
        name ?? `compression ${compression}`
      }, which is not supported; save it uncompressed, ` +
        "or with LZW, Deflate, PackBits, ZSTD or JPEG",
    );
  }
  const hasPictureCodec = codec.isPictureCodec === true;
  const bitsPerSample = await readBitsPerSample(page, samplesPerPixel);
  const photometric = await readPhotometric(page);
  const colorSamples = colorSamplesOf(photometric);
  const planar = await page.integer(Tag.PlanarConfiguration) === 2 && samplesPerPixel > 1;
  const isYCbCr = photometric === YCBCR;
  if (isYCbCr && !hasPictureCodec) {
    throw unsupported("is YCbCr without JPEG compression; save it as RGB");
  }
  if (isYCbCr && (samplesPerPixel !== 3 || planar)) {
    const planes = planar ? " in separate planes" : "";
    throw unsupported(
      `is YCbCr with ${samplesPerPixel} samples per pixel${planes}; save it as RGB`,
    );
  }
  if (samplesPerPixel < colorSamples) {
    throw corrupt(`it is RGB with ${samplesPerPixel} samples per pixel`);
  }
  const alpha = await readAlpha(page, samplesPerPixel, photometric);
  const format = await readSampleFormat(page, samplesPerPixel, bitsPerSample);
  const predictor = hasPictureCodec ? 1 : await page.integer(Tag.Predictor) ?? 1;
  checkPredictor(predictor, compression, format.sampleFormat, bitsPerSample);
  const isByteOrWord = bitsPerSample === 8 || bitsPerSample === 16;
  if (hasPictureCodec && (format.sampleFormat !== "unsigned" || !isByteOrWord)) {
    throw unsupported(
      `has ${bitsPerSample} bits per sample with ${codec.name} compression; 8 are accepted`,
    );
  }
  const bitsPerPixel = samplesPerPixel * bitsPerSample;
  if (bitsPerPixel > MAX_BITS_PER_PIXEL) {
    throw unsupported(
      `has ${bitsPerPixel} bits per pixel; at most ${MAX_BITS_PER_PIXEL} are accepted`,
    );
  }
  const grid = await readGrid(page, width, height, hasPictureCodec);
  const segmentBytes = grid.width * grid.height * (planar ? bitsPerSample : bitsPerPixel) / 8;
  if (compression !== 1 && segmentBytes > MAX_SEGMENT_BYTES) {
    throw unsupported(
      `has a ${grid.tiled ? "tile" : "strip"} of ${
        Math.round(segmentBytes / 2 ** 20)
      } MB; at most ` +
        `${MAX_SEGMENT_BYTES >> 20} MB are accepted, save it in smaller strips or tiles`,
    );
  }
  const jpegTables = compression === JPEG
    ? await page.bytes(Tag.JpegTables, MAX_JPEG_TABLES)
    : undefined;
  return {
    width,
    height,
    littleEndian: page.littleEndian,
    samplesPerPixel,
    bitsPerSample,
    ...format,
    colorSamples,
    whiteIsZero: photometric === WHITE_IS_ZERO,
    isYCbCr: compression === JPEG_2000_YCBCR && samplesPerPixel >= 3 ||
      isYCbCr && compression !== JPEG,
    ...(photometric === PALETTE ? { palette: await readPalette(page, bitsPerSample) } : {}),
    ...(alpha === undefined ? {} : { alpha }),
    planar,
    compression,
    predictor,
    reversedBits: await page.integer(Tag.FillOrder) === 2 && !hasPictureCodec,
    jpegYCbCr: isYCbCr,
    ...(jpegTables === undefined ? {} : { jpegTables }),
    grid,
  };
}
