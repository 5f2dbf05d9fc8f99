import { Problem } from "../errors.ts";
import { knownFormat, namedFormat } from "../image/signature.ts";
import { refuseByStart } from "./refused_formats.ts";
import type { ByteSource } from "./bytes/byte_source.ts";

// `open_pyramid.ts` chooses the reader by the format that this module tells. To add a format of slides:
// add its signature to `../image/signature.ts`, return its name here, add a reader that returns a `Pyramid`
// (`pyramid.ts`), and call that reader in `open_pyramid.ts`. Formats that are refused by name are in
// `refused_formats.ts`.

/** Bytes that tell formats apart: DICOM has its mark at byte 128. */
const START_BYTES = 132;

/**
 * Tells the format of a slide by the first bytes of its file.
 *
 * @throws {Problem} `image_empty`; `image_unsupported` for a format that is not read, with the command
 * that converts it where there is one.
 */
export async function slideFormat(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<"TIFF" | "DICOM"> {
  if (source.length === 0) {
    throw new Problem("image_empty", `'${source.name}' has 0 bytes; send a slide.`);
  }
  const start = await source.read(0, Math.min(START_BYTES, source.length), signal);
  const mark = new TextDecoder().decode(start.subarray(128));
  if (mark === "DICM") return "DICOM";
  const name = knownFormat(start);
  if (name === "a TIFF" || name === "a BigTIFF") return "TIFF";
  refuseByStart(start, source.name);
  throw new Problem(
    "image_unsupported",
    `The slide is ${
      namedFormat(start)
    }; an Aperio SVS, a TIFF or BigTIFF of tiles, an OME-TIFF or a DICOM ` +
      "whole-slide image is accepted.",
  );
}
