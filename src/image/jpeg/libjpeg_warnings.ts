import { Problem } from "../../errors.ts";

/** A message of libjpeg, and whether it means that pixels are lost. */
interface Complaint {
  /** Its name in `jerror.h`. */
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether pixels are, or may be, lost. If not, the picture is accepted. */
  readonly losesPixels: boolean;
  readonly because: string;
  /** The problem that users see if pixels are lost. */
  readonly refusal?: () => Problem;
}

/**
 * All warnings that libjpeg prints while it decodes, and those errors for which users get a specific message.
 * Files with other messages are refused.
 *
 * libjpeg prints only the first warning about a file, which may hide a serious one. Harmless faults are
 * therefore repaired before the file is decoded (`plain_jpeg.ts`) or decoded again (`surplus.ts`), and only
 * pixels of a run without any message are returned.
 */
export const COMPLAINTS: readonly Complaint[] = [
  {
    name: "JWRN_EXTRANEOUS_DATA",
    pattern: /^Corrupt JPEG data: (\d+) extraneous bytes before marker 0x([0-9a-f]{2})$/,
    losesPixels: false,
    because: "the bytes follow a complete scan or restart interval",
  },
  {
    name: "JWRN_JFIF_MAJOR",
    pattern: /^Warning: unknown JFIF revision number/,
    losesPixels: false,
    because: "the version of JFIF does not affect pixels",
  },
  {
    name: "JWRN_ADOBE_XFORM",
    pattern: /^Unknown Adobe color transform code/,
    losesPixels: false,
    because: "libjpeg reads it as YCbCr, like browsers and Pillow",
  },
  {
    name: "JWRN_NOT_SEQUENTIAL",
    pattern: /^Invalid SOS parameters for sequential JPEG/,
    losesPixels: false,
    because: "a sequential scan has all coefficients, whatever its parameters are",
  },
  {
    name: "JWRN_HIT_MARKER",
    pattern: /^Corrupt JPEG data: premature end of data segment/,
    losesPixels: true,
    because: "missing coefficients are read as 0",
    refusal: truncated,
  },
  {
    name: "JWRN_JPEG_EOF",
    pattern: /^Premature end of JPEG file/,
    losesPixels: true,
    because: "the file ends inside its pixels",
    refusal: truncated,
  },
  {
    name: "JWRN_HUFF_BAD_CODE",
    pattern: /^Corrupt JPEG data: bad Huffman code/,
    losesPixels: true,
    because: "everything behind it is decoded from the wrong bit",
    refusal: () => corrupt("its pixels contain a code that is not in its Huffman table"),
  },
  {
    name: "JWRN_MUST_RESYNC",
    pattern: /^Corrupt JPEG data: found marker 0x[0-9a-f]{2} instead of RST\d/,
    losesPixels: true,
    because: "a restart interval is missing or in the wrong place",
    refusal: () => corrupt("a restart marker is missing, so a part of its pixels is lost"),
  },
  {
    name: "JWRN_BOGUS_PROGRESSION",
    pattern: /^Inconsistent progression sequence/,
    losesPixels: true,
    because: "the scan that this one refines is missing",
    refusal: () => corrupt("a progressive scan refines one that is missing"),
  },
  {
    name: "JERR_FRACT_SAMPLE_NOTIMPL",
    pattern: /^Fractional sampling not implemented/,
    losesPixels: true,
    because: "nothing is decoded",
    refusal: () =>
      new Problem(
        "image_unsupported",
        "The JPEG has channels whose sizes are not multiples of each other; " +
          "save it with 4:4:4, 4:2:2 or 4:2:0.",
      ),
  },
];

/** Surplus bytes behind a complete scan or restart interval. */
export interface Surplus {
  readonly count: number;
  /** The second byte of the marker that follows them. */
  readonly marker: number;
}

/** Returns the surplus bytes that a message reports; `undefined` for other messages. */
export function surplusOf(complaint: string): Surplus | undefined {
  const match = COMPLAINTS[0]?.pattern.exec(complaint);
  if (!match) return undefined;
  return { count: Number(match[1]), marker: parseInt(match[2] ?? "", 16) };
}

/** Creates the problem of a JPEG that the decoder printed a message about. */
export function refusalOf(complaint: string): Problem {
  const known = COMPLAINTS.find(({ pattern }) => pattern.test(complaint));
  return known?.refusal?.() ?? corrupt("its pixels cannot be decoded");
}

function truncated(): Problem {
  return new Problem(
    "image_truncated",
    "The pixels of the JPEG end too early; send the whole file.",
  );
}

function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The JPEG is damaged: ${what}.`);
}
