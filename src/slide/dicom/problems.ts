import { Problem } from "../../errors.ts";

/** Returns the problem of a file that is not supported. `what` follows "The DICOM image". */
export function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The DICOM image ${what}.`);
}

/** Returns the problem of a file that contradicts itself or the standard. */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The DICOM image is damaged: ${what}.`);
}

/** Returns the problem of a file that is cut off. */
export function truncated(length: number, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The DICOM image ends after ${length} bytes, inside its ${where}; send the whole file.`,
  );
}

/**
 * Calls a function that reads attributes. Converts the strings and errors that dicom-parser throws for
 * values that are too short or of a wrong type.
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
