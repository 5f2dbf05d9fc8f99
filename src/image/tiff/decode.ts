import { decode } from "tiff";
import { messageOf, Problem } from "../../errors.ts";
import type { RgbImage } from "../rgb_image.ts";
import { unpackBits } from "./pack_bits.ts";
import { checkStrip, PACK_BITS, TIFF_COMPRESSIONS } from "./strips.ts";

type Page = ReturnType<typeof decode>[number];

/** Kinds of pixel that are read, by the tag PhotometricInterpretation. */
const PHOTOMETRIC: Record<number, string> = { 0: "grey", 1: "grey", 2: "RGB", 3: "palette" };

/** The colour of empty glass, on which transparent pixels are laid. */
const WHITE = 255;

/**
 * Reads the size of a TIFF's first page from its tags, without decoding a pixel.
 *
 * @throws {Problem} `image_corrupt`, or `image_unsupported` for a kind that is not read.
 */
export function readTiffHeader(bytes: Uint8Array): { width: number; height: number } {
  const page = readPage(bytes, true);
  const { width, height } = page;
  if (!(width > 0 && height > 0)) throw corrupt(`its tags say ${width} x ${height} pixels`);
  if (!(page.type in PHOTOMETRIC)) {
    throw unsupported("is neither grey nor RGB; save it as RGB");
  }
  if (!(page.compression in TIFF_COMPRESSIONS)) {
    throw unsupported(
      `has compression ${page.compression}; save it uncompressed, or with LZW, Deflate or PackBits`,
    );
  }
  if (page.compression === PACK_BITS && page.tiled) {
    throw unsupported("has tiles with PackBits; save it uncompressed or with LZW or Deflate");
  }
  if (page.bitsPerSample !== 8 && page.bitsPerSample !== 16) {
    throw unsupported(`has ${page.bitsPerSample} bits a sample; 8 and 16 are accepted`);
  }
  if (page.get("PlanarConfiguration") === 2 && page.samplesPerPixel > 1) {
    throw unsupported("stores its colours in separate planes; save it with interleaved channels");
  }
  return { width, height };
}

/**
 * Decodes the first page of a TIFF to 8-bit RGB: grey, RGB or palette, with or without alpha (which
 * is laid on white), 8 or 16 bits, in strips or tiles, uncompressed or with LZW, Deflate
 * or PackBits.
 *
 * It allocates what the tags declare: look at {@linkcode readTiffHeader} first.
 *
 * @throws {Problem} as {@linkcode readTiffHeader}, `image_bomb`, `image_truncated`.
 */
export function decodeTiff(bytes: Uint8Array): RgbImage {
  const { width, height } = readTiffHeader(bytes);
  const tags = readPage(bytes, true);
  checkStrips(bytes, tags);
  const page: Pixels = tags.compression === PACK_BITS
    ? unpackedPage(bytes, tags)
    : readPage(bytes, false);
  return { width, height, data: page.type === 3 ? paletteColors(page) : colors(page) };
}

/** Samples as they are in the file, and what they mean; black is 0. */
type Pixels =
  & Pick<
    Page,
    "width" | "height" | "type" | "samplesPerPixel" | "bitsPerSample" | "alpha" | "palette"
  >
  & { readonly data: ArrayLike<number> };

/** A page of strips that are packed with PackBits. */
function unpackedPage(bytes: Uint8Array, page: Page): Pixels {
  const { width, height, type, samplesPerPixel, bitsPerSample, alpha, palette } = page;
  const rowBytes = width * samplesPerPixel * bitsPerSample / 8;
  const raw = new Uint8Array(rowBytes * height);
  const counts = listed(page.stripByteCounts);
  const stripBytes = rowBytes * Math.min(height, page.rowsPerStrip || height);
  listed(page.stripOffsets).forEach((offset, i) => {
    const strip = bytes.subarray(offset, offset + (counts[i] ?? bytes.length - offset));
    unpackBits(strip, raw.subarray(i * stripBytes, (i + 1) * stripBytes));
  });
  const samples = bitsPerSample === 16 ? wordsOf(raw, bytes[0] === 0x49) : raw;
  const data = type === 0 ? samples.map((sample) => 2 ** bitsPerSample - 1 - sample) : samples;
  return { width, height, type, samplesPerPixel, bitsPerSample, alpha, palette, data };
}

function wordsOf(bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint16Array.from(
    { length: bytes.length / 2 },
    (_, i) => view.getUint16(2 * i, littleEndian),
  );
}

function readPage(bytes: Uint8Array, tagsOnly: boolean): Page {
  let pages: Page[];
  try {
    pages = decode(bytes, { ignoreImageData: tagsOnly, pages: [0] });
  } catch (thrown) {
    throw corrupt(messageOf(thrown));
  }
  const [page] = pages;
  if (page === undefined) throw corrupt("it has no page");
  return page;
}

function checkStrips(bytes: Uint8Array, page: Page): void {
  const offsets = listed(page.tiled ? page.tileOffsets : page.stripOffsets);
  const counts = listed(page.tiled ? page.tileByteCounts : page.stripByteCounts);
  const pixels = page.tiled
    ? (page.tileWidth ?? 0) * (page.tileHeight ?? 0)
    : page.width * Math.min(page.height, page.rowsPerStrip || page.height);
  const most = pixels * page.samplesPerPixel * page.bitsPerSample / 8;
  if (most > bytes.length * 4096) throw corrupt("its tiles are larger than any file of its size");
  offsets.forEach((offset, i) => {
    const length = counts[i] ?? bytes.length - offset;
    if (offset + length > bytes.length) {
      throw new Problem(
        "image_truncated",
        `The TIFF ends after ${bytes.length} bytes, inside its pixels; send the whole file.`,
      );
    }
    checkStrip(bytes.subarray(offset, offset + length), page.compression, most);
  });
}

function listed(value: number[] | number): number[] {
  return typeof value === "number" ? [value] : [...(value ?? [])];
}

function colors(
  { data, samplesPerPixel, bitsPerSample, width, height, alpha }: Pixels,
): Uint8Array {
  const largest = 2 ** bitsPerSample - 1;
  const colored = samplesPerPixel >= 3 ? 3 : 1;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * samplesPerPixel;
    const opacity = alpha ? (data[from + colored] as number) / largest : 1;
    for (let c = 0; c < 3; c++) {
      const sample = (data[from + (c % colored)] as number) / largest;
      rgb[pixel * 3 + c] = Math.round(WHITE * (sample * opacity + 1 - opacity));
    }
  }
  return rgb;
}

/** The colours of a TIFF's palette have 16 bits. */
function paletteColors({ data, palette, width, height }: Pixels): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const color = palette?.[data[pixel] as number];
    if (color === undefined) throw corrupt("a pixel has a colour that is not in its palette");
    for (let c = 0; c < 3; c++) rgb[pixel * 3 + c] = (color[c] ?? 0) >> 8;
  }
  return rgb;
}

function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The TIFF ${what}.`);
}

function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The TIFF is damaged: ${what}.`);
}
