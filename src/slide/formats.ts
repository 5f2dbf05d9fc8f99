import { Problem } from "../errors.ts";
import { describeFormat, recognizeFormat } from "../image/signature.ts";
import type { ByteSource } from "./bytes/byte_source.ts";
import type { Pyramid } from "./pyramid.ts";
import { refuseByStart } from "./refused_formats.ts";
import { openTiffPyramid } from "./tiff/tiff_pyramid.ts";

/** One row of the table of slide formats. */
interface SlideFormat {
  /** The name of the format, with an article. */
  readonly name: string;
  /** The kinds of files that are accepted, for messages. */
  readonly accepted: string;
  /** Returns whether a file that begins with these bytes is of this format. */
  readonly begins: (start: Uint8Array) => boolean;
  /** Opens a slide. Absent for DICOM, whose slides have several files (`open_pyramid.ts`). */
  readonly open?: (source: ByteSource) => Promise<Pyramid>;
}

/**
 * The table of the formats of slides that are read. To add a format, add a row here and a folder with its
 * reader. The formats that are refused by name are in `refused_formats.ts`.
 */
const FORMATS: readonly SlideFormat[] = [
  {
    name: "a TIFF",
    accepted: "an Aperio SVS, a TIFF or BigTIFF of tiles, an OME-TIFF",
    begins: (start) => ["a TIFF", "a BigTIFF"].includes(recognizeFormat(start) ?? ""),
    open: openTiffPyramid,
  },
  {
    name: "a DICOM",
    accepted: "a DICOM whole-slide image",
    begins: (start) => new TextDecoder().decode(start.subarray(128, 132)) === "DICM",
  },
];

/** Bytes that tell the formats apart. */
const START_BYTES = 132;

/**
 * Returns the format of a slide, recognized by the first bytes of its file.
 *
 * @throws {Problem} `image_empty`; `image_unsupported` for a format that is not in the table. If another
 * program can convert it, the message has the command.
 */
export async function slideFormat(source: ByteSource, signal?: AbortSignal): Promise<SlideFormat> {
  if (source.length === 0) {
    throw new Problem("image_empty", `'${source.name}' has 0 bytes; send a slide.`);
  }
  const start = await source.read(0, Math.min(START_BYTES, source.length), signal);
  const format = FORMATS.find(({ begins }) => begins(start));
  if (format !== undefined) return format;
  refuseByStart(start, source.name);
  const accepted = FORMATS.map(({ accepted }) => accepted).join(" or ");
  throw new Problem(
    "image_unsupported",
    `The slide is ${describeFormat(start)}; ${accepted} is accepted.`,
  );
}
