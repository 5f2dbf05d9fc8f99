import { Problem } from "../../errors.ts";

/** What libjpeg may print about a file, and what follows from it. */
interface Complaint {
  /** The name in libjpeg's table of messages, `jerror.h`. */
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether pixels are lost, or may be. Where none is, the picture is read. */
  readonly losesPixels: boolean;
  readonly because: string;
  /** The refusal that users see, where pixels are lost. */
  readonly refusal?: () => Problem;
}

/**
 * Everything that libjpeg warns about while it decodes, and the errors that have a name of their own.
 * What is not in the table is refused. libjpeg prints only the first warning of a file: what loses no
 * pixel is therefore put right before the file is decoded (`plain_jpeg.ts`) or decoded again
 * (`surplus.ts`), and a picture is taken only from a run without any complaint.
 */
export const COMPLAINTS: readonly Complaint[] = [
  {
    name: "JWRN_EXTRANEOUS_DATA",
    pattern: /^Corrupt JPEG data: (\d+) extraneous bytes before marker 0x([0-9a-f]{2})$/,
    losesPixels: false,
    because: "the bytes follow a scan or an interval that is complete",
  },
  {
    name: "JWRN_JFIF_MAJOR",
    pattern: /^Warning: unknown JFIF revision number/,
    losesPixels: false,
    because: "the version of JFIF has no bearing on pixels",
  },
  {
    name: "JWRN_ADOBE_XFORM",
    pattern: /^Unknown Adobe color transform code/,
    losesPixels: false,
    because: "libjpeg takes it for YCbCr, as browsers and Pillow do",
  },
  {
    name: "JWRN_NOT_SEQUENTIAL",
    pattern: /^Invalid SOS parameters for sequential JPEG/,
    losesPixels: false,
    because: "a sequential scan has all coefficients, whatever its parameters say",
  },
  {
    name: "JWRN_HIT_MARKER",
    pattern: /^Corrupt JPEG data: premature end of data segment/,
    losesPixels: true,
    because: "the coefficients that are missing are taken for 0",
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
    because: "what follows is decoded from the wrong bit on",
    refusal: () => corrupt("its pixels have a code that its Huffman table does not have"),
  },
  {
    name: "JWRN_MUST_RESYNC",
    pattern: /^Corrupt JPEG data: found marker 0x[0-9a-f]{2} instead of RST\d/,
    losesPixels: true,
    because: "an interval is missing or in the wrong place",
    refusal: () => corrupt("a restart marker is missing, so a part of its pixels is lost"),
  },
  {
    name: "JWRN_BOGUS_PROGRESSION",
    pattern: /^Inconsistent progression sequence/,
    losesPixels: true,
    because: "a scan is missing that this one refines",
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
        "The JPEG has channels of which one is not a whole multiple of the other in size; " +
          "save it with 4:4:4, 4:2:2 or 4:2:0.",
      ),
  },
];

/** Bytes behind a complete scan or interval. */
export interface Surplus {
  readonly count: number;
  /** The second byte of the marker that they stand before. */
  readonly marker: number;
}

/** The surplus that a complaint is about; undefined where it is about something else. */
export function surplusOf(complaint: string): Surplus | undefined {
  const match = COMPLAINTS[0]?.pattern.exec(complaint);
  if (!match) return undefined;
  return { count: Number(match[1]), marker: parseInt(match[2] ?? "", 16) };
}

/** The refusal of a JPEG about which the decoder complained. */
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
