import { Problem } from "../../errors.ts";

/** Returns the problem of a whole file of a kind that is not read. `what` follows "The DICOM image". */
export function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The DICOM image ${what}.`);
}

/** Returns the problem of a file that contradicts itself or the standard. */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The DICOM image is damaged: ${what}.`);
}

/** Returns the problem of a file that ends before what it refers to. */
export function truncated(length: number, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The DICOM image ends after ${length} bytes, inside its ${where}; send the whole file.`,
  );
}

/**
 * Calls a function that reads attributes. If a value is shorter or of another type than it should be,
 * dicom-parser throws strings and errors of its own; this function turns them into a {@linkcode Problem}.
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
