import { Problem } from "../../errors.ts";
import type { Layout } from "../../image/tiff/layout.ts";
import { npmLibraries } from "../../image/tiff/npm_libraries.ts";
import { decodeTile } from "../../image/tiff/unpack.ts";
import type { RgbImage } from "../../image/rgb_image.ts";
import { Attribute } from "./data_set.ts";
import type { DicomImage } from "./dicom_image.ts";
import { joinFragments } from "./frame_index.ts";
import { unsupported } from "./problems.ts";

/** How the frames of a file are coded. */
interface Coding {
  readonly name: string;
  /** The number of this compression in TIFF, whose decoders are used; absent if it is not supported. */
  readonly compression?: number;
}

const NATIVE: Coding = { name: "uncompressed", compression: 1 };

/** Transfer syntaxes by their UIDs (DICOM PS3.6, table A-1). */
const CODINGS: Readonly<Record<string, Coding>> = {
  "1.2.840.10008.1.2": NATIVE,
  "1.2.840.10008.1.2.1": NATIVE,
  "1.2.840.10008.1.2.4.50": { name: "JPEG", compression: 7 },
  "1.2.840.10008.1.2.4.51": { name: "JPEG", compression: 7 },
  "1.2.840.10008.1.2.4.57": { name: "lossless JPEG" },
  "1.2.840.10008.1.2.4.70": { name: "lossless JPEG" },
  "1.2.840.10008.1.2.4.80": { name: "JPEG-LS" },
  "1.2.840.10008.1.2.4.81": { name: "JPEG-LS" },
  "1.2.840.10008.1.2.4.90": { name: "JPEG 2000", compression: 34712 },
  "1.2.840.10008.1.2.4.91": { name: "JPEG 2000", compression: 34712 },
  "1.2.840.10008.1.2.4.201": { name: "High-Throughput JPEG 2000" },
  "1.2.840.10008.1.2.4.202": { name: "High-Throughput JPEG 2000" },
  "1.2.840.10008.1.2.4.203": { name: "High-Throughput JPEG 2000" },
  "1.2.840.10008.1.2.4.110": { name: "JPEG XL" },
  "1.2.840.10008.1.2.4.111": { name: "JPEG XL" },
  "1.2.840.10008.1.2.4.112": { name: "JPEG XL" },
  "1.2.840.10008.1.2.5": { name: "RLE" },
};

/** The first bytes of a compressed frame, for each compression by its number in TIFF. */
const SIGNATURES = [
  { compression: 7, begins: [0xff, 0xd8, 0xff] },
  { compression: 34712, begins: [0xff, 0x4f, 0xff, 0x51] },
] as const;

/** Decodes the frames of a file. */
export interface FrameDecoder {
  /** The compression, to be shown to people. */
  readonly name: string;
  /** Bytes of a frame that is not compressed. */
  readonly frameBytes: number;
  decode(frame: Uint8Array): Promise<RgbImage>;
}

/**
 * Creates the decoder of a file's frames. Takes the color space from PhotometricInterpretation, not from
 * the JPEG.
 *
 * @throws {Problem} `image_unsupported`, with the name of the coding that is not supported.
 */
export function frameDecoder(image: DicomImage): FrameDecoder {
  const { header: { dataSet, transferSyntax, pixelLength }, tileWidth, tileHeight } = image;
  const coding = CODINGS[transferSyntax];
  if (coding?.compression === undefined) {
    throw unsupported(
      `has ${
        coding?.name ?? `the transfer syntax ${transferSyntax}`
      }, which is not read; save it ` +
        "as JPEG, JPEG 2000 or uncompressed",
    );
  }
  const { compression, name } = coding;
  const samples = dataSet.uint16(Attribute.Samples) ?? 1;
  const photometric = dataSet.string(Attribute.Photometric) ?? "";
  checkSamples(image, samples, photometric, compression);
  const planar = compression === 1 && samples > 1 &&
    dataSet.uint16(Attribute.PlanarConfiguration) === 1;
  const layout = layoutOf(image, { samples, photometric, compression, planar });
  const layouts = layoutsBySignature(image, samples, photometric);
  const frameBytes = tileWidth * tileHeight * samples;
  const encapsulated = pixelLength === undefined;
  return {
    name,
    frameBytes,
    async decode(frame) {
      const bytes = encapsulated ? joinFragments(frame) : frame;
      const size = frameBytes / samples;
      // Some converters declare JPEG and write JPEG 2000. The first bytes tell them apart.
      const signature = encapsulated
        ? SIGNATURES.find(({ begins }) => begins.every((byte, i) => bytes[i] === byte))
        : undefined;
      const parts = planar
        ? [0, 1, 2].map((i) => bytes.subarray(i * size, (i + 1) * size))
        : [bytes];
      try {
        return await decodeTile(
          parts,
          0,
          signature && layouts.get(signature) || layout,
          npmLibraries,
        );
      } catch (thrown) {
        throw rewordForDicom(thrown);
      }
    },
  };
}

/**
 * Returns the layout for each compression that a frame may have. In {@linkcode frameDecoder}, a closure over
 * the image would keep its large header in memory.
 */
function layoutsBySignature(image: DicomImage, samples: number, photometric: string) {
  return new Map(SIGNATURES.map((signature) => [
    signature,
    layoutOf(image, { samples, photometric, compression: signature.compression, planar: false }),
  ]));
}

/** Photometric interpretations that are read, by the number of samples per pixel. */
const PHOTOMETRIC: Readonly<Record<number, readonly string[]>> = {
  1: ["MONOCHROME1", "MONOCHROME2"],
  3: ["RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420"],
};

function checkSamples(
  { header: { dataSet } }: DicomImage,
  samples: number,
  photometric: string,
  compression: number,
): void {
  const allocated = dataSet.uint16(Attribute.BitsAllocated);
  const stored = dataSet.uint16(Attribute.BitsStored);
  const isSigned = dataSet.uint16(Attribute.PixelRepresentation) === 1;
  if (allocated !== 8 || stored !== 8 || isSigned) {
    throw unsupported(`has ${stored} of ${allocated} bits a sample; 8 unsigned bits are accepted`);
  }
  const known = PHOTOMETRIC[samples]?.includes(photometric) === true;
  // Uncompressed 4:2:2 stores fewer color samples than pixels, and is not supported.
  const packed = compression === 1 && samples === 3 && !["RGB", "YBR_FULL"].includes(photometric);
  if (!known || packed) {
    throw unsupported(`has ${samples} samples a pixel of the kind ${photometric}; save it as RGB`);
  }
}

function layoutOf(
  { width, height, tileWidth, tileHeight }: DicomImage,
  { samples, photometric, compression, planar }: {
    samples: number;
    photometric: string;
    compression: number;
    planar: boolean;
  },
): Layout {
  const isYbr = photometric.startsWith("YBR");
  return {
    width,
    height,
    littleEndian: true,
    samplesPerPixel: samples,
    bitsPerSample: 8,
    sampleFormat: "unsigned",
    ranges: [],
    colorSamples: samples === 3 ? 3 : 1,
    whiteIsZero: photometric === "MONOCHROME1",
    // The decoders convert JPEG, and YBR_ICT and YBR_RCT of JPEG 2000, to RGB.
    isYCbCr: compression !== 7 && photometric === "YBR_FULL",
    planar,
    compression,
    predictor: 1,
    reversedBits: false,
    jpegYCbCr: isYbr,
    grid: {
      tiled: true,
      width: tileWidth,
      height: tileHeight,
      columns: Math.ceil(width / tileWidth),
      rows: Math.ceil(height / tileHeight),
    },
  };
}

/** Rewords a problem of the TIFF decoders for DICOM. */
function rewordForDicom(thrown: unknown): unknown {
  if (!(thrown instanceof Problem)) return thrown;
  const message = thrown.message.replace("strip or tile of the TIFF", "frame of the DICOM image")
    .replace("The TIFF", "The DICOM image").replace("a strip or tile", "a frame");
  return new Problem(thrown.code, message, { cause: thrown });
}
