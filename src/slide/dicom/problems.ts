import { Problem } from "../../errors.ts";

/** The file is whole, but of a kind that is not read. `what` goes on from "The DICOM image". */
export function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The DICOM image ${what}.`);
}

/** The file contradicts itself or the standard. */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The DICOM image is damaged: ${what}.`);
}

/** The file ends before what it refers to. */
export function truncated(length: number, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The DICOM image ends after ${length} bytes, inside its ${where}; send the whole file.`,
  );
}
