import { Problem } from "../../errors.ts";

/** The file is whole, but of a kind that is not read. `what` goes on from "The TIFF". */
export function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The TIFF ${what}.`);
}

/** The file contradicts itself or TIFF 6.0. */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The TIFF is damaged: ${what}.`);
}

/** The file ends before what it refers to. `where` names what it ends inside of. */
export function truncated(length: number, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The TIFF ends after ${length} bytes, inside its ${where}; send the whole file.`,
  );
}

/** A strip or tile holds fewer bytes than the tags say. */
export function tooShort(bytes: number, needed: number): Problem {
  return new Problem(
    "image_truncated",
    `A strip or tile of the TIFF unpacks to ${bytes} of the ${needed} bytes that its header ` +
      "declares; send the whole file.",
  );
}

/** The code of a strip or tile breaks off, by the codec's own account. */
export function endsEarly(codec: string): Problem {
  return new Problem(
    "image_truncated",
    `A strip or tile of the TIFF ends too early, inside its ${codec} code; send the whole file.`,
  );
}

/** A strip or tile holds far more bytes than the tags say. */
export function bomb(most: number): Problem {
  return new Problem(
    "image_bomb",
    `A strip or tile of the TIFF unpacks to more than the ${most} bytes that its header declares.`,
  );
}
