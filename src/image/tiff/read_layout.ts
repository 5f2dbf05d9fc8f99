import { COMPRESSIONS, JPEG, JPEG_2000_YCBCR } from "./compressions.ts";
import type { Directory } from "./directory.ts";
import { readGrid } from "./grid.ts";
import type { Layout } from "./layout.ts";
import { corrupt, unsupported } from "./problems.ts";
import {
  checkPredictor,
  colorsOf,
  readAlpha,
  readBits,
  readFormat,
  readPalette,
  readPhotometric,
} from "./sample_tags.ts";
import { Tag } from "./tags.ts";

/** More samples a pixel are refused; RGB with several masks is within. */
const MAX_SAMPLES = 8;

/** More bits a pixel are refused: the work of unpacking goes with them. RGBA of 32 bits is within. */
const MAX_PIXEL_BITS = 192;

/** Unpacked bytes of a strip or tile, which are in memory at once. */
const MAX_SEGMENT_BYTES = 512 << 20;

/**
 * Reads how a page is stored.
 *
 * @throws {Problem} `image_unsupported` for what is not read right, by its name; `image_corrupt`.
 */
export async function readLayout(page: Directory): Promise<Layout> {
  const width = await page.integer(Tag.ImageWidth) ?? 0;
  const height = await page.integer(Tag.ImageLength) ?? 0;
  const samples = await page.integer(Tag.SamplesPerPixel) ?? 1;
  if (!(samples >= 1 && samples <= MAX_SAMPLES)) {
    throw unsupported(`has ${samples} samples a pixel; at most ${MAX_SAMPLES} are accepted`);
  }
  const compression = await page.integer(Tag.Compression) ?? 1;
  const codec = COMPRESSIONS[compression];
  if (codec?.decode === undefined) {
    const name = codec === undefined ? `compression ${compression}` : codec.name;
    throw unsupported(
      `has ${name}${codec ? ` compression (${compression})` : ""}, which is not read; save it ` +
        "uncompressed, or with LZW, Deflate, PackBits, ZSTD or JPEG",
    );
  }
  const bits = await readBits(page, samples);
  const photometric = await readPhotometric(page);
  const colors = colorsOf(photometric);
  const planar = await page.integer(Tag.PlanarConfiguration) === 2 && samples > 1;
  const isYCbCr = photometric === 6;
  if (isYCbCr && !codec.ownColors) {
    throw unsupported("is YCbCr without JPEG compression; save it as RGB");
  }
  if (isYCbCr && (samples !== 3 || planar)) {
    throw unsupported(
      `is YCbCr with ${samples} samples a pixel in separate planes; save it as RGB`,
    );
  }
  if (samples < colors) throw corrupt(`it is RGB with ${samples} samples a pixel`);
  const alpha = await readAlpha(page, samples, photometric);
  const formatAndRanges = await readFormat(page, samples, bits);
  const predictor = codec.ownColors ? 1 : await page.integer(Tag.Predictor) ?? 1;
  checkPredictor(predictor, compression, formatAndRanges.format, bits);
  if (codec.ownColors && (formatAndRanges.format !== "unsigned" || (bits !== 8 && bits !== 16))) {
    throw unsupported(`has ${bits} bits a sample with ${codec.name} compression; 8 are accepted`);
  }
  if (samples * bits > MAX_PIXEL_BITS) {
    throw unsupported(`has ${samples * bits} bits a pixel; at most ${MAX_PIXEL_BITS} are accepted`);
  }
  const grid = await readGrid(page, width, height, codec.ownColors === true);
  const segmentBytes = grid.width * grid.height * (planar ? 1 : samples) * bits / 8;
  if (compression !== 1 && segmentBytes > MAX_SEGMENT_BYTES) {
    throw unsupported(
      `has a ${grid.tiled ? "tile" : "strip"} of ${
        Math.round(segmentBytes / 2 ** 20)
      } MB; at most ` +
        `${MAX_SEGMENT_BYTES >> 20} are accepted, save it in smaller strips or tiles`,
    );
  }
  const jpegTables = compression === JPEG ? await page.bytes(Tag.JpegTables, 1 << 20) : undefined;
  return {
    width,
    height,
    littleEndian: page.littleEndian,
    samples,
    bits,
    ...formatAndRanges,
    colors,
    inverted: photometric === 0,
    yCbCr: compression === JPEG_2000_YCBCR && samples >= 3 ||
      isYCbCr && compression !== JPEG,
    ...(photometric === 3 ? { palette: await readPalette(page, bits) } : {}),
    ...(alpha === undefined ? {} : { alpha }),
    planar,
    compression,
    predictor,
    reversedBits: await page.integer(Tag.FillOrder) === 2 && !codec.ownColors,
    jpegYCbCr: isYCbCr,
    ...(jpegTables === undefined ? {} : { jpegTables }),
    grid,
  };
}
