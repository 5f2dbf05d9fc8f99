import { Problem } from "../../errors.ts";

/** What the frame header of a JPEG says (ITU-T T.81, B.2.2). */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
}

/**
 * Reads the size of a JPEG from its frame header, without decoding a pixel.
 *
 * @throws {Problem} `image_truncated` or `image_corrupt` where there is no frame header,
 * `image_unsupported` for CMYK and for what is not 8 bits deep.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw corrupt("between two of its segments there is something else");
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (isFrame(marker)) return readFrame(view, at);
    else if (marker === 0xd9 || marker === 0xda) throw corrupt("its pixels come before its header");
    else at += 2 + view.getUint16(at + 2);
  }
  throw truncated(bytes);
}

/** SOF0 to SOF15; the other markers in their range are tables and extensions. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function readFrame(view: DataView, at: number): JpegHeader {
  if (at + 10 > view.byteLength) throw truncated(new Uint8Array(view.byteLength));
  const bits = view.getUint8(at + 4);
  const height = view.getUint16(at + 5);
  const width = view.getUint16(at + 7);
  const components = view.getUint8(at + 9);
  if (width === 0 || height === 0) throw corrupt(`its header says ${width} x ${height} pixels`);
  if (bits !== 8) throw unsupported(`is ${bits} bits deep; a JPEG of 8 bits is accepted`);
  if (components !== 1 && components !== 3) {
    throw unsupported(
      components === 4
        ? "is CMYK, made for printing; save it as RGB"
        : `has ${components} components; grey and RGB are accepted`,
    );
  }
  return { width, height, components };
}

function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The JPEG ${what}.`);
}

function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The JPEG is damaged: ${what}.`);
}

function truncated(bytes: Uint8Array): Problem {
  return new Problem(
    "image_truncated",
    `The JPEG ends after ${bytes.length} bytes, before its pixels; send the whole file.`,
  );
}
