import { COMPRESSIONS, JPEG, JPEG_2000_YCBCR } from "./compressions.ts";
import type { Directory } from "./directory.ts";
import { corrupt, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

/** How the samples of a page are stored and what they mean; black is 0 and white the largest value. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly littleEndian: boolean;
  /** Samples of a pixel. */
  readonly samples: number;
  /** Bits of a sample, the same for all. */
  readonly bits: number;
  /** Unsigned integers, signed integers, or floating point. */
  readonly format: "unsigned" | "signed" | "float";
  /** The values of black and white of each color, for what is not unsigned. */
  readonly ranges: readonly (readonly [black: number, white: number])[];
  /** 1 for gray and palette, 3 for RGB and YCbCr. */
  readonly colors: 1 | 3;
  /** Whether 0 is white. */
  readonly inverted: boolean;
  /** Whether the codec gives YCbCr, which has to be made RGB. */
  readonly yCbCr: boolean;
  /** 8-bit RGB of each value of a sample. */
  readonly palette?: Uint8Array;
  /** The sample that says how opaque a pixel is, and whether the colors are multiplied by it. */
  readonly alpha?: { readonly sample: number; readonly associated: boolean };
  /** Each sample in strips or tiles of its own. */
  readonly planar: boolean;
  readonly compression: number;
  /** 1 none, 2 differences to the left, 3 the same of floating point. */
  readonly predictor: number;
  /** Whether the first pixel is in the lowest bits of a byte (FillOrder 2). */
  readonly reversedBits: boolean;
  /** Whether PhotometricInterpretation is YCbCr, which decides how a JPEG is decoded. */
  readonly jpegYCbCr: boolean;
  readonly jpegTables?: Uint8Array;
  readonly grid: Grid;
}

/** Strips or tiles; a strip is a tile as wide as the picture. */
export interface Grid {
  readonly tiled: boolean;
  /** Pixels of a tile. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

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

/** More samples a pixel are refused; RGB with several masks is within. */
const MAX_SAMPLES = 8;

/** More bits a pixel are refused: the work of unpacking goes with them. RGBA of 32 bits is within. */
const MAX_PIXEL_BITS = 192;

/** A tile may be larger than the picture, up to so many pixels. */
const MAX_TILE_PIXELS = 2048 * 2048;

/** Unpacked bytes of a strip or tile, which are in memory at once. */
const MAX_SEGMENT_BYTES = 512 << 20;

/** Tiles that any picture may have, and pixels that each further one stands for. */
const MAX_TILES = 65_536;
const MIN_PIXELS_PER_TILE = 4096;

/** The same where each is a picture of its own, JPEG or JPEG 2000, which takes longer to begin. */
const MAX_PICTURE_TILES = 16_384;

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
  const colors = photometric === 2 || photometric === 6 ? 3 : 1;
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
  const alpha = await readAlpha(page, samples, colors, photometric === 3);
  const formatAndRanges = await readFormat(page, samples, bits);
  const predictor = codec.ownColors ? 1 : await page.integer(Tag.Predictor) ?? 1;
  checkPredictor(predictor, compression, formatAndRanges.format, bits);
  if (codec.ownColors && (formatAndRanges.format !== "unsigned" || (bits !== 8 && bits !== 16))) {
    throw unsupported(`has ${bits} bits a sample with ${codec.name} compression; 8 are accepted`);
  }
  if (samples * bits > MAX_PIXEL_BITS) {
    throw unsupported(`has ${samples * bits} bits a pixel; at most ${MAX_PIXEL_BITS} are accepted`);
  }
  const maxTiles = codec.ownColors ? MAX_PICTURE_TILES : MAX_TILES;
  const grid = await readGrid(page, width, height, maxTiles);
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

/** Places and lengths of all strips or tiles, one plane after the other. */
export interface Segments {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Reads where the strips or tiles are.
 *
 * @throws {Problem} `image_corrupt` where there are too few, `image_truncated`.
 */
export async function readSegments(page: Directory, layout: Layout): Promise<Segments> {
  const { grid } = layout;
  const count = grid.across * grid.down * (layout.planar ? layout.samples : 1);
  const name = grid.tiled ? "tile" : "strip";
  const tiles = grid.tiled && page.has(Tag.TileOffsets);
  const offsets = await page.integers(tiles ? Tag.TileOffsets : Tag.StripOffsets, count);
  if (offsets.length < count) {
    throw corrupt(`it says where ${offsets.length} of its ${count} ${name}s are`);
  }
  const lengths = await page.integers(tiles ? Tag.TileByteCounts : Tag.StripByteCounts, count);
  if (lengths.length < count && layout.compression === 1) {
    // Old programs leave out what follows from the size.
    return { offsets, lengths: offsets.map((_, i) => segmentBytes(layout, i)) };
  }
  if (lengths.length < count) {
    throw corrupt(`it says how long ${lengths.length} of its ${count} ${name}s are`);
  }
  return { offsets, lengths };
}

/** Samples of a pixel that one strip or tile holds. */
export function samplesTogether(layout: Layout): number {
  return layout.planar ? 1 : layout.samples;
}

/** Bytes of a row of a strip or tile; rows begin at a byte. */
export function rowBytes(layout: Layout): number {
  return Math.ceil(layout.grid.width * samplesTogether(layout) * layout.bits / 8);
}

/** Rows that a strip or tile has to hold: a tile is always whole, the last strip may be lower. */
export function segmentRows({ grid, height }: Layout, index: number): number {
  if (grid.tiled) return grid.height;
  return Math.min(grid.height, height - (index % grid.down) * grid.height);
}

/** Unpacked bytes that a strip or tile has to hold. */
export function segmentBytes(layout: Layout, index: number): number {
  return rowBytes(layout) * segmentRows(layout, index);
}

async function readBits(page: Directory, samples: number): Promise<number> {
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

async function readPhotometric(page: Directory): Promise<number> {
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

async function readAlpha(
  page: Directory,
  samples: number,
  colors: number,
  isPalette: boolean,
): Promise<Layout["alpha"]> {
  const extra = await page.integers(Tag.ExtraSamples, samples - colors);
  const at = extra.findIndex((kind) => kind === 1 || kind === 2);
  const alpha = at < 0 ? undefined : { sample: colors + at, associated: extra[at] === 1 };
  if (colors === 1 && samples > 1 && (alpha === undefined || samples > 2 || isPalette)) {
    throw unsupported(
      `has ${samples} samples a pixel and says of one alone what it means; save it as RGB`,
    );
  }
  return alpha;
}

async function readFormat(
  page: Directory,
  samples: number,
  bits: number,
): Promise<Pick<Layout, "format" | "ranges">> {
  const formats = await page.integers(Tag.SampleFormat, samples);
  const format = FORMATS[formats[0] ?? 1];
  if (format === undefined || formats.some((other) => FORMATS[other] !== format)) {
    throw unsupported("has samples that are complex numbers or of several kinds; save it as RGB");
  }
  if (format === "unsigned" && bits <= 16) return { format, ranges: [] };
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

function checkPredictor(
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
async function readPalette(page: Directory, bits: number): Promise<Uint8Array> {
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

async function readGrid(
  page: Directory,
  width: number,
  height: number,
  maxTiles: number,
): Promise<Grid> {
  const tiled = page.has(Tag.TileWidth) && page.has(Tag.TileLength);
  const rows = await page.integer(Tag.RowsPerStrip) || height;
  const tileWidth = tiled ? await page.integer(Tag.TileWidth) ?? 0 : width;
  const tileHeight = tiled ? await page.integer(Tag.TileLength) ?? 0 : Math.min(rows, height);
  if (!(tileWidth > 0 && tileHeight > 0)) {
    throw corrupt(`its tiles have ${tileWidth} x ${tileHeight} pixels`);
  }
  const across = Math.ceil(width / tileWidth);
  const down = Math.ceil(height / tileHeight);
  const pixels = width * height;
  if (tileWidth * tileHeight > Math.max(MAX_TILE_PIXELS, pixels)) {
    throw corrupt(`its tiles of ${tileWidth} x ${tileHeight} pixels are far larger than it is`);
  }
  if (across * down * tileWidth * tileHeight > 4 * (pixels + MAX_TILE_PIXELS)) {
    throw corrupt(`its tiles of ${tileWidth} x ${tileHeight} pixels lie mostly outside of it`);
  }
  if (across * down > maxTiles + pixels / MIN_PIXELS_PER_TILE) {
    throw unsupported(
      `is cut into ${across * down} parts of ${tileWidth} x ${tileHeight} pixels, which are too ` +
        "many; save it in larger strips or tiles",
    );
  }
  return { tiled, width: tileWidth, height: tileHeight, across, down };
}
