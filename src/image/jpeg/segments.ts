import { Problem } from "../../errors.ts";

/** A marker segment of a JPEG (ITU-T T.81, B.1.1). */
export interface Segment {
  /** The second byte of the marker: 0xda for FF DA. */
  readonly marker: number;
  /** Its parameters, without its length. */
  readonly data: Uint8Array;
  /** The entropy-coded pixels behind a start of scan (SOS); else empty. */
  readonly pixels: Uint8Array;
}

/** The second bytes of markers, by their names in T.81. */
export const MARKER = {
  TEM: 0x01,
  DHT: 0xc4,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP14: 0xee,
} as const;

/** Maximum number of segments. Common programs write some dozens. */
const MAX_SEGMENTS = 10_000;

const NONE = new Uint8Array(0);

/**
 * Yields the segments of a JPEG behind SOI, up to and including EOI, exactly where libjpeg finds them.
 * Skips fill bytes, other bytes between two segments, and restart markers outside of the pixels. Refuses
 * what libjpeg would read differently, so that no header is hidden from the checks: FF 00 outside of the
 * pixels, a length below 2, and a second SOI.
 *
 * @throws {Problem} `image_truncated`, `image_corrupt`, or `image_unsupported` for too many segments.
 */
export function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  if (bytes[0] !== 0xff || bytes[1] !== MARKER.SOI) throw corrupt("it does not begin with FF D8");
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS;) {
    at = bytes.indexOf(0xff, at);
    while (at >= 0 && bytes[at] === 0xff) at++;
    const marker = at < 0 ? undefined : bytes[at++];
    if (marker === undefined) throw truncated(bytes, "before its end (EOI)");
    if (marker === 0) throw corrupt("it has FF 00 outside of its pixels");
    if (marker === MARKER.SOI) throw corrupt("it has a second beginning (SOI)");
    if (marker === MARKER.TEM || isRestart(marker)) continue;
    count++;
    if (marker === MARKER.EOI) {
      yield { marker, data: NONE, pixels: NONE };
      return;
    }
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + Math.max(2, length) > bytes.length) throw truncated(bytes, "inside a segment");
    if (length < 2) throw corrupt(`a segment has the length ${length}; the smallest is 2`);
    const data = bytes.subarray(at + 2, at + length);
    at += length;
    const end = marker === MARKER.SOS ? endOfPixels(bytes, at) : at;
    yield { marker, data, pixels: bytes.subarray(at, end) };
    at = end;
  }
  throw new Problem(
    "image_unsupported",
    `The JPEG has more than ${MAX_SEGMENTS} segments; save it again with another program.`,
  );
}

/** Returns the offset of the first marker behind the pixels that is not a restart marker. */
function endOfPixels(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  throw truncated(bytes, "inside its pixels");
}

/** Returns whether a marker is one of RST0 to RST7. */
export function isRestart(marker: number): boolean {
  return marker >= MARKER.RST0 && marker <= MARKER.RST7;
}

/** Returns whether the data of a segment begin with these letters, which identify its format. */
export function startsWith(data: Uint8Array, letters: string): boolean {
  return [...letters].every((letter, i) => data[i] === letter.charCodeAt(0));
}

/** Creates the problem of a JPEG that is not supported. `what` completes "The JPEG …". */
export function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The JPEG ${what}.`);
}

/** Creates the problem of a JPEG that breaks the specification. `what` completes "The JPEG is damaged: …". */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The JPEG is damaged: ${what}.`);
}

function truncated(bytes: Uint8Array, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The JPEG ends after ${bytes.length} bytes, ${where}; send the whole file.`,
  );
}
