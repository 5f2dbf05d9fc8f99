/**
 * Every way in which this service can refuse or fail, in one table.
 *
 * The code is the contract with programs, the title the contract with people; the message of a
 * {@linkcode Problem} adds what was received and what is accepted. The HTTP layer answers with the
 * status, the command line exits with code 1; the code that throws needs to know neither.
 */
export const problems = {
  image_missing: { status: 400, title: "No image was sent" },
  image_empty: { status: 400, title: "The image has no bytes" },
  image_not_png: { status: 400, title: "The image is not a PNG" },
  image_wrong_size: { status: 400, title: "The image has the wrong size" },
  image_truncated: { status: 400, title: "The image ends too early" },
  image_corrupt: { status: 400, title: "The image is damaged" },
  image_bomb: { status: 400, title: "The image inflates to more than it declares" },
  too_many_images: { status: 400, title: "Too many images in one request" },
  form_malformed: { status: 400, title: "The form cannot be read" },
  form_unknown_field: { status: 400, title: "The form has an unknown field" },
  request_invalid: { status: 400, title: "The request is not valid" },
  route_unknown: { status: 404, title: "There is nothing at this address" },
  method_not_allowed: { status: 405, title: "The method is not allowed here" },
  body_too_large: { status: 413, title: "The request body is too large" },
  media_type_unsupported: { status: 415, title: "The media type is not supported" },
  internal: { status: 500, title: "The service failed" },
  not_ready: { status: 503, title: "The service is not ready" },
  model_invalid: { status: 503, title: "The model cannot be served" },
  config_invalid: { status: 500, title: "A setting is not valid" },
  file_unreadable: { status: 500, title: "A file cannot be read" },
  data_invalid: { status: 500, title: "The data set cannot be read" },
} as const satisfies Record<string, { status: number; title: string }>;

/** The code of one row of {@linkcode problems}. */
export type ProblemCode = keyof typeof problems;

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

  /**
   * @param code Which row of the table.
   * @param message What was wrong, what was received and what is accepted, in one or two sentences.
   */
  constructor(readonly code: ProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }

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
