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

/**
 * Calls what reads attributes. dicom-parser throws texts and errors of its own where a value is shorter or
 * of another type than it should be.
 *
 * @throws {Problem} `image_corrupt`.
 */
export function readAttributes<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw corrupt("an attribute of it cannot be read");
  }
}
