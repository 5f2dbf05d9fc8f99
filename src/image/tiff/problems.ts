import { Problem } from "../../errors.ts";

/** Creates the problem of a TIFF that is intact but not supported. `what` completes "The TIFF …". */
export function unsupported(what: string): Problem {
  return new Problem("image_unsupported", `The TIFF ${what}.`);
}

/** Creates the problem of a TIFF that breaks TIFF 6.0 or contradicts itself. */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The TIFF is damaged: ${what}.`);
}

/** Creates the problem of a file that ends before something that it refers to, its `part`. */
export function truncated(fileLength: number, part: string): Problem {
  return new Problem(
    "image_truncated",
    `The TIFF ends after ${fileLength} bytes, inside its ${part}; send the whole file.`,
  );
}

/** Creates the problem of a strip or tile that unpacks to fewer bytes than the tags declare. */
export function tooShort(bytes: number, minBytes: number): Problem {
  return new Problem(
    "image_truncated",
    `A strip or tile of the TIFF unpacks to ${bytes} of the ${minBytes} bytes that its header ` +
      "declares; send the whole file.",
  );
}

/** Creates the problem of a strip or tile whose JPEG or JPEG 2000 data end too early. */
export function endsEarly(codec: string): Problem {
  return new Problem(
    "image_truncated",
    `The ${codec} data of a strip or tile of the TIFF end too early; send the whole file.`,
  );
}

/** Creates the problem of a strip or tile that unpacks to far more bytes than the tags declare. */
export function bomb(maxBytes: number): Problem {
  return new Problem(
    "image_bomb",
    `A strip or tile of the TIFF unpacks to more than the ${maxBytes} bytes that its header declares.`,
  );
}
