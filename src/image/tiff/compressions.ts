import { inflateSegment } from "./deflate.ts";
import { decodeJpegSegment } from "./jpeg.ts";
import { decodeJpeg2000Segment } from "./jpeg2000.ts";
import { unpackLzw } from "./lzw.ts";
import { unpackPackBits } from "./pack_bits.ts";
import { tooShort } from "./problems.ts";
import type { Segment } from "./segment.ts";
import { unpackZstd } from "./zstd.ts";

/** A compression, known by its number in the tag Compression. */
interface Compression {
  /** Its name, for messages. */
  readonly name: string;
  /** Returns the samples of a segment, at least `minBytes` of them. Absent if it is not supported. */
  readonly decode?: (segment: Segment) => Uint8Array | Promise<Uint8Array>;
  /** Whether it is JPEG or JPEG 2000, which have colors but neither predictors nor a fill order. */
  readonly isPictureCodec?: true;
}

/** JPEG within TIFF (TIFF Technical Note 2). */
export const JPEG = 7;

/** Aperio's JPEG 2000 whose components are YCbCr, whatever PhotometricInterpretation says. */
export const JPEG_2000_YCBCR = 33003;

const deflate: Compression = { name: "Deflate", decode: inflateSegment };
const jpeg2000: Compression = {
  name: "JPEG 2000",
  decode: decodeJpeg2000Segment,
  isPictureCodec: true,
};

/** All compressions that have a name here. Those with `decode` are supported. */
export const COMPRESSIONS: Readonly<Record<number, Compression>> = {
  1: { name: "no", decode: uncompressed },
  2: { name: "CCITT RLE" },
  3: { name: "CCITT Group 3" },
  4: { name: "CCITT Group 4" },
  5: { name: "LZW", decode: unpackLzw },
  6: { name: "old-style JPEG" },
  [JPEG]: { name: "JPEG", decode: decodeJpegSegment, isPictureCodec: true },
  8: deflate,
  9: { name: "JBIG" },
  10: { name: "JBIG" },
  32766: { name: "NeXT" },
  32771: { name: "CCITT RLE/W" },
  32773: { name: "PackBits", decode: unpackPackBits },
  32809: { name: "ThunderScan" },
  32909: { name: "Pixar log" },
  32946: deflate,
  [JPEG_2000_YCBCR]: jpeg2000,
  33004: { name: "JPEG 2000 (lossless)" },
  33005: jpeg2000,
  33007: { name: "JPEG-LS" },
  34661: { name: "JBIG" },
  34676: { name: "SGI log" },
  34677: { name: "SGI log 24" },
  34712: jpeg2000,
  34887: { name: "LERC" },
  34892: { name: "lossy DNG JPEG" },
  34925: { name: "LZMA" },
  34926: { name: "ZSTD (old number)" },
  34927: { name: "WebP (old number)" },
  34933: { name: "PNG" },
  34934: { name: "JPEG XR" },
  22610: { name: "JPEG XR" },
  50000: { name: "ZSTD", decode: unpackZstd },
  50001: { name: "WebP" },
  50002: { name: "JPEG XL" },
  52546: { name: "JPEG XL (DNG)" },
};

function uncompressed({ packed, minBytes, maxBytes }: Segment): Uint8Array {
  if (packed.length < minBytes) throw tooShort(packed.length, minBytes);
  return packed.subarray(0, maxBytes);
}
