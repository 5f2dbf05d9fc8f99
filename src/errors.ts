/**
 * Every way in which this service can refuse or fail, in one table.
 *
 * The code is the contract with programs, the title the contract with people; the message of a
 * {@linkcode Problem}, of which the table has an example, adds what was received and what is
 * accepted. The HTTP layer answers with the
 * status, the command line exits with code 1; the code that throws needs to know neither.
 */
export const problems = {
  image_missing: {
    status: 400,
    title: "No image was sent",
    example: "The form has no field 'image'; send the PNG file in it.",
  },
  image_empty: {
    status: 400,
    title: "The image has no bytes",
    example: "The image has 0 bytes; send the bytes of a PNG file.",
  },
  image_not_png: {
    status: 400,
    title: "The image is not a PNG",
    example: "The image is a JPEG, not a PNG; convert it to PNG without loss.",
  },
  image_wrong_size: {
    status: 400,
    title: "The image has the wrong size",
    example: "The input file must be a PNG image of size (64, 64). Got PNG (128, 128).",
  },
  image_truncated: {
    status: 400,
    title: "The image ends too early",
    example: "The PNG ends after 4096 bytes, inside its chunk IDAT; send the whole file.",
  },
  image_corrupt: {
    status: 400,
    title: "The image is damaged",
    example: "The PNG is damaged: the checksum of its chunk IDAT does not match.",
  },
  image_bomb: {
    status: 400,
    title: "The image inflates to more than it declares",
    example: "The PNG inflates to more than the 12352 bytes of pixels that its header declares.",
  },
  image_unsupported: {
    status: 400,
    title: "This kind of image is not supported",
    example: "The JPEG is CMYK, made for printing; save it as RGB.",
  },
  image_too_large: {
    status: 413,
    title: "The image has too many pixels",
    example:
      "The image has 20000 x 20000 pixels, 400.0 million; at most 100 million are accepted. " +
      "Cut it into parts.",
  },
  too_many_images: {
    status: 400,
    title: "Too many images in one request",
    example: "The form has 300 images; send 256 at most in one request.",
  },
  form_malformed: {
    status: 400,
    title: "The form cannot be read",
    example:
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
  },
  form_unknown_field: {
    status: 400,
    title: "The form has an unknown field",
    example: "The form has 'file'; the field with the image is named 'image'.",
  },
  request_invalid: {
    status: 400,
    title: "The request is not valid",
    example: "The request cannot be read.",
  },
  key_missing: {
    status: 401,
    title: "An API key is needed",
    example:
      "Send one of the service's API keys, as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.",
  },
  key_unknown: {
    status: 401,
    title: "The API key is not known",
    example: "The API key that was sent is not one of this service; it may have been withdrawn.",
  },
  route_unknown: {
    status: 404,
    title: "There is nothing at this address",
    example: "There is nothing at /predict; GET / lists what there is.",
  },
  model_unknown: {
    status: 404,
    title: "There is no such model",
    example: "There is no model 'resnet' here; this service has 'mitosis', version 2.0.0.",
  },
  method_not_allowed: {
    status: 405,
    title: "The method is not allowed here",
    example: "GET is not possible at /model/predict; it takes POST.",
  },
  request_too_slow: {
    status: 408,
    title: "The request took too long to arrive",
    example: "The request had not arrived after 10000 ms; send it again over a faster line.",
  },
  body_too_large: {
    status: 413,
    title: "The request body is too large",
    example: "The request body has more than 16777216 bytes; send less at a time.",
  },
  media_type_unsupported: {
    status: 415,
    title: "The media type is not supported",
    example:
      "The request has Content-Type 'application/json'; this route takes multipart/form-data or image/png.",
  },
  input_rejected: {
    status: 422,
    title: "The input has stopped two Workers",
    example: "Two Workers in a row died of this input; it is not tried a third time.",
  },
  overloaded: {
    status: 429,
    title: "The service has too much to do",
    example: "512 images are under way and no more fit; try again in 2 s.",
  },
  client_left: {
    status: 408,
    title: "The client has left",
    example: "The client has left before it was answered.",
  },
  internal: {
    status: 500,
    title: "The service failed",
    example: "The service failed; its log says more under this request's id.",
  },
  not_ready: {
    status: 503,
    title: "The service is not ready",
    example: "The model is not loaded at the moment; try again in a second.",
  },
  stopping: {
    status: 503,
    title: "The service is stopping",
    example: "The service is stopping; ask another one, or again in a moment.",
  },
  model_invalid: {
    status: 503,
    title: "The model cannot be served",
    example:
      "The model of folder 'models/mine' cannot be served: manifest.json does not fit its schema: threshold: expected number.",
  },
  deadline_exceeded: {
    status: 504,
    title: "The answer would have come too late",
    example: "The answer was not ready after 30000 ms.",
  },
  config_invalid: {
    status: 500,
    title: "A setting is not valid",
    example: "PORT is 'http'; it takes a whole number, 0 to 65535.",
  },
  file_unreadable: {
    status: 500,
    title: "A file cannot be read",
    example: "No such file or directory (os error 2): readfile 'patch.png'",
  },
  file_unwritable: {
    status: 500,
    title: "A file cannot be written",
    example: "The folder 'models/ibm-max' cannot be written: Permission denied.",
  },
  weights_unavailable: {
    status: 500,
    title: "The weights cannot be fetched",
    example: "Fetch one of them by other means and pass the file: deno task model:import FILE.",
  },
  weights_unreadable: {
    status: 500,
    title: "The weights cannot be read",
    example: "deep_histopath_model.hdf5 is cut off: 4096 bytes of the 829600 that it declares.",
  },
  weights_unsupported: {
    status: 500,
    title: "The network cannot be converted",
    example: "Layer 'lstm_1' (LSTM): layers of this class are not covered.",
  },
  weights_unverified: {
    status: 500,
    title: "The weights are not the published ones",
    example: "For a network of your own, add --allow-unverified.",
  },
  conversion_inexact: {
    status: 500,
    title: "The converted network does not agree with the original",
    example:
      "The optimised graph differs from the straight conversion by 0.1; accepted is 0.00001.",
  },
  data_invalid: {
    status: 500,
    title: "The data set cannot be read",
    example: "'patches' cannot be evaluated: its header is 'name,class', not 'file,label'.",
  },
} as const satisfies Record<string, { status: number; title: string; example: string }>;

/** The code of one row of {@linkcode problems}. */
export type ProblemCode = keyof typeof problems;

/** What a {@linkcode Problem} may carry beside its message. */
export interface ProblemOptions extends ErrorOptions {
  /** After how long the same request may go well, in whole seconds. */
  readonly retryAfterSeconds?: number;
}

/**
 * A failure that the table {@linkcode problems} knows; its message may be shown to anyone.
 *
 * @example
 * ```ts
 * import { Problem } from "./errors.ts";
 * import { equal } from "node:assert/strict";
 *
 * const problem = new Problem("image_empty", "The part 'image' has 0 bytes; send a PNG file.");
 * equal(problem.title, "The image has no bytes");
 * ```
 */
export class Problem extends Error {
  override readonly name = "Problem";
  /** Its row of the table. */
  readonly code: ProblemCode;

  /**
   * @param code Which row of the table.
   * @param message What was wrong, what was received and what is accepted, in one or two sentences.
   */
  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options);
    this.code = code;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** After how long the same request may go well, in whole seconds, where that is known. */
  readonly retryAfterSeconds?: number;

  /** The HTTP status of this problem. */
  get status(): (typeof problems)[ProblemCode]["status"] {
    return problems[this.code].status;
  }

  /** The heading of this problem, the same for every occurrence. */
  get title(): string {
    return problems[this.code].title;
  }
}

/** The message of anything that was thrown, in one line and without a stack. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split("\n", 1)[0] ?? "";
}
