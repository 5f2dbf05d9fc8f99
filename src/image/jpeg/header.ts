import { corrupt, type Segment, segmentsOf, unsupported } from "./segments.ts";

/** What the frame header of a JPEG says (ITU-T T.81, B.2.2). */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  /** One gray, or three of color. */
  readonly components: readonly Component[];
}

/** One channel of a JPEG. */
export interface Component {
  readonly id: number;
  /** Relative to the largest of all components: how many samples it has across and down, 1 to 4. */
  readonly across: number;
  readonly down: number;
}

/** Frames that are read: baseline, extended sequential, progressive; all with Huffman codes. */
const [SOF0, SOF1, SOF2] = [0xc0, 0xc1, 0xc2] as const;

const SAVE_AS = "save it as a baseline or progressive JPEG";

/** Kinds of JPEG that are whole but not read, by the marker that tells them (T.81, table B.1; T.87). */
const REFUSED: Record<number, string> = {
  0xc3: `is lossless (SOF3); ${SAVE_AS}, or as a PNG`,
  0xc5: `is hierarchical (SOF5); ${SAVE_AS}`,
  0xc6: `is hierarchical (SOF6); ${SAVE_AS}`,
  0xc7: `is hierarchical and lossless (SOF7); ${SAVE_AS}, or as a PNG`,
  0xc8: `uses an extension (FF C8); ${SAVE_AS}`,
  0xc9: `uses arithmetic coding (SOF9); ${SAVE_AS} with Huffman coding`,
  0xca: `uses arithmetic coding (SOF10); ${SAVE_AS} with Huffman coding`,
  0xcb: `is lossless, with arithmetic coding (SOF11); ${SAVE_AS}, or as a PNG`,
  0xcd: `is hierarchical, with arithmetic coding (SOF13); ${SAVE_AS}`,
  0xce: `is hierarchical, with arithmetic coding (SOF14); ${SAVE_AS}`,
  0xcf: `is hierarchical and lossless, with arithmetic coding (SOF15); ${SAVE_AS}, or as a PNG`,
  0xde: `is hierarchical (DHP); ${SAVE_AS}`,
  0xf7: `is a JPEG-LS (SOF55); ${SAVE_AS}, or as a PNG`,
};

/** libjpeg takes no more in either direction. */
const MAX_SIDE = 65_500;

/**
 * Reads the size of a JPEG from its frame header, without decoding a pixel.
 *
 * @throws {Problem} `image_truncated` or `image_corrupt` where there is no frame header,
 * `image_unsupported` for CMYK, for what is not 8 bits deep, and for all kinds but baseline,
 * extended sequential and progressive with Huffman coding.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  for (const segment of segmentsOf(bytes)) {
    const header = frameHeader(segment);
    if (header !== undefined) return header;
    if (segment.pixels.length > 0) throw corrupt("its pixels come before its header");
  }
  throw corrupt("it has no header (SOF)");
}

/**
 * Reads a frame header; undefined for another segment.
 *
 * @throws {Problem} as {@linkcode readJpegHeader}.
 */
export function frameHeader({ marker, data }: Segment): JpegHeader | undefined {
  const refused = REFUSED[marker];
  if (refused !== undefined) throw unsupported(refused);
  if (marker !== SOF0 && marker !== SOF1 && marker !== SOF2) return undefined;
  const [bits = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = data;
  const [width, height] = [(widthHigh << 8) | widthLow, (heightHigh << 8) | heightLow];
  if (data.length < 6) throw corrupt(`its header (SOF) has ${data.length} bytes`);
  if (width > 0 && height === 0) {
    throw unsupported("gives its height only behind its pixels (DNL); save it again");
  }
  if (width === 0) throw corrupt(`its header says ${width} x ${height} pixels`);
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw unsupported(`has ${width} x ${height} pixels; at most ${MAX_SIDE} a side are accepted`);
  }
  if (bits !== 8) throw unsupported(`is ${bits} bits deep; a JPEG of 8 bits is accepted`);
  if (count === 4) throw unsupported("is CMYK or YCCK, made for printing; save it as RGB");
  if (count !== 1 && count !== 3) {
    throw unsupported(`has ${count} components; gray and RGB are accepted`);
  }
  if (data.length !== 6 + 3 * count) {
    throw corrupt(`its header (SOF) has ${data.length} bytes for ${count} components`);
  }
  const components = Array.from({ length: count }, (_, i) => component(data.subarray(6 + 3 * i)));
  return { width, height, progressive: marker === SOF2, components };
}

function component([id = 0, sampling = 0]: Uint8Array): Component {
  const [across, down] = [sampling >> 4, sampling & 15];
  if (across < 1 || across > 4 || down < 1 || down > 4) {
    throw corrupt(`a component has ${across} x ${down} samples; 1 to 4 are possible`);
  }
  return { id, across, down };
}

/** Blocks of 8 x 8 samples of a component, padded to whole MCUs (T.81, A.2.4) or not. */
export function blocksOf(header: JpegHeader, { across, down }: Component, padded: boolean): number {
  const maxAcross = Math.max(...header.components.map((component) => component.across));
  const maxDown = Math.max(...header.components.map((component) => component.down));
  if (padded) {
    return Math.ceil(header.width / (8 * maxAcross)) * across *
      Math.ceil(header.height / (8 * maxDown)) * down;
  }
  return Math.ceil(header.width * across / maxAcross / 8) *
    Math.ceil(header.height * down / maxDown / 8);
}
