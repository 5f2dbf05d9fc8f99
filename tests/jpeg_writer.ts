/** A segment of a JPEG: the second byte of its marker, and its data without the length. */
export type JpegSegment = readonly [marker: number, data: Uint8Array | readonly number[]];

export const [SOF0, SOF2, DHT, SOS, DQT, APP0, APP1, APP14] = [
  ...[0xc0, 0xc2, 0xc4, 0xda],
  ...[0xdb, 0xe0, 0xe1, 0xee],
] as const;

/** The end of a JPEG (EOI). */
export const EOI = [0xff, 0xd9] as const;

/** Returns the bytes of a segment, with its length. */
export function jpegSegment([marker, data]: JpegSegment): number[] {
  const length = data.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...data];
}

/** Creates a frame header. `components` are sampling factors: 0x21 is two samples across and one down. */
export function frame(
  width: number,
  height: number,
  { marker = SOF0 as number, bits = 8, components = [0x11] } = {},
): JpegSegment {
  return [marker, [
    ...[bits, height >> 8, height & 255, width >> 8, width & 255, components.length],
    ...components.flatMap((sampling, i) => [i + 1, sampling, 0]),
  ]];
}

/** A quantization table of eights: the first coefficient of a block is then its gray minus 128. */
export const quantization: JpegSegment = [DQT, [0, ...Array.from({ length: 64 }, () => 8)]];

/** Huffman tables: codes of 4 bits for differences of 0 to 7 bits, and the code 0 for the end of a block. */
export const codes: JpegSegment = [DHT, [
  ...[0x00, 0, 0, 0, 8, ...Array.from({ length: 12 }, () => 0), 0, 1, 2, 3, 4, 5, 6, 7],
  ...[0x10, 1, ...Array.from({ length: 15 }, () => 0), 0],
]];

/** The header of a sequential scan of component 1. */
export const scan: JpegSegment = [SOS, [1, 1, 0x00, 0, 63, 0]];

/** Encodes blocks of 8 x 8 pixels, each of one gray. */
export function grayBlocks(...grays: readonly number[]): number[] {
  return bytesOf(grays.map((gray, i) => `${differenceCode(gray, grays[i - 1])}0`).join(""));
}

function differenceCode(gray: number, previous = 128): string {
  const difference = gray - previous;
  if (difference === 0) return "0000";
  const size = Math.floor(Math.log2(Math.abs(difference))) + 1;
  const value = difference < 0 ? difference + 2 ** size - 1 : difference;
  return size.toString(2).padStart(4, "0") + value.toString(2).padStart(size, "0");
}

function bytesOf(bits: string): number[] {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
  return (padded.match(/.{8}/g) ?? []).flatMap((byte) =>
    byte === "11111111" ? [255, 0] : [parseInt(byte, 2)]
  );
}

/** Creates a JPEG of SOI and these parts. */
export function jpegOf(...parts: readonly (JpegSegment | readonly number[])[]): Uint8Array {
  const bytes = parts.flatMap((part) => isSegment(part) ? jpegSegment(part) : [...part]);
  return Uint8Array.from([0xff, 0xd8, ...bytes]);
}

/** Creates a gray JPEG of one row of blocks of 8 x 8 pixels. */
export function grayJpeg(...grays: readonly number[]): Uint8Array {
  const header = [quantization, frame(8 * grays.length, 8), codes, scan] as const;
  return jpegOf(...header, grayBlocks(...grays), EOI);
}

/** Creates the same picture as a progressive JPEG of two scans: the first coefficients, then the others. */
export function progressiveJpeg(...grays: readonly number[]): Uint8Array {
  return jpegOf(
    ...[quantization, frame(8 * grays.length, 8, { marker: SOF2 }), codes],
    [SOS, [1, 1, 0x00, 0, 0, 0]],
    bytesOf(grays.map((gray, i) => differenceCode(gray, grays[i - 1])).join("")),
    [SOS, [1, 1, 0x00, 1, 63, 0]],
    bytesOf("0".repeat(grays.length)),
    EOI,
  );
}

function isSegment(part: JpegSegment | readonly number[]): part is JpegSegment {
  return typeof part[1] === "object";
}
