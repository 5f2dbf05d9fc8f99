import { corrupt, type Segment, segmentsOf, unsupported } from "./segments.ts";

/** The frame header of a JPEG (ITU-T T.81, B.2.2). */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  /** One for gray, three for color. */
  readonly components: readonly Component[];
}

/** A component (channel) of a JPEG. */
export interface Component {
  readonly id: number;
  /** Sampling factors, 1 to 4: samples across and down, relative to those of the other components. */
  readonly across: number;
  readonly down: number;
}

/** Frames that are supported: baseline, extended sequential and progressive, all with Huffman coding. */
const [SOF0, SOF1, SOF2] = [0xc0, 0xc1, 0xc2] as const;

const SAVE_AS = "save it as a baseline or progressive JPEG";

/** Kinds of JPEG that are not supported, by their marker (T.81, table B.1; T.87). */
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

/** The largest width and height that libjpeg accepts. */
const MAX_SIDE = 65_500;

/**
 * Reads the frame header of a JPEG, without decoding any pixel.
 *
 * @throws {Problem} `image_truncated` or `image_corrupt` if there is no frame header,
 * `image_unsupported` for CMYK, for samples of other than 8 bits, and for all kinds but baseline, extended
 * sequential and progressive with Huffman coding.
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
 * Reads the frame header from a segment. Returns `undefined` for other segments.
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
    throw unsupported("states its height behind its pixels only (DNL); save it again");
  }
  if (width === 0) throw corrupt(`its header says ${width} x ${height} pixels`);
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw unsupported(`has ${width} x ${height} pixels; at most ${MAX_SIDE} a side are accepted`);
  }
  if (bits !== 8) throw unsupported(`has ${bits} bits per sample; 8 are accepted`);
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
    throw corrupt(`a component has the sampling factors ${across} x ${down}; 1 to 4 are possible`);
  }
  return { id, across, down };
}

/** Returns the number of 8 x 8 blocks of a component, optionally padded to whole MCUs (T.81, A.2.4). */
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
