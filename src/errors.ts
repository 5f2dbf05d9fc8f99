/**
 * The table of all problems: every reason for which the program refuses input or fails.
 *
 * Programs rely on the code, which never changes. People read the title, and the message of the
 * {@linkcode Problem}, which says what was received and what is accepted. `example` is such a message, for
 * the OpenAPI description. The HTTP service answers with `status`. The command line exits with code 1.
 */
export const problems = {
  image_missing: {
    status: 400,
    title: "No image was sent",
    example: "The form has no field 'image'; send the image file in it.",
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
    title: "The image decompresses to more data than its header declares",
    example: "A strip of the TIFF unpacks to more than the 12288 bytes that its header declares.",
  },
  image_unsupported: {
    status: 400,
    title: "The image format is not supported",
    example: "The JPEG is CMYK, made for printing; save it as RGB.",
  },
  image_too_large: {
    status: 413,
    title: "The image has too many pixels",
    example:
      "The image has 20000 x 20000 pixels, 400.0 million; at most 100 million are accepted. " +
      "Cut it into parts.",
  },
  image_too_complex: {
    status: 422,
    title: "The image takes too long to decode",
    example:
      "The image has 5000 x 5000 pixels and was not decoded within 18 s. Save it again, for example " +
      "as a TIFF without compression.",
  },
  too_many_images: {
    status: 400,
    title: "Too many images in one request",
    example: "The form has 300 images; send at most 256 in one request.",
  },
  form_malformed: {
    status: 400,
    title: "The form cannot be read",
    example:
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
  },
  too_many_detections: {
    status: 400,
    title: "The search finds too many detections",
    example:
      "The search finds more than 200000 detections, too many to count. Raise the threshold or " +
      "the suppression distance.",
  },
  request_invalid: {
    status: 400,
    title: "The request is not valid",
    example:
      "X-Request-Timeout-Ms is 'soon'; it must be a whole number of milliseconds, 1 or more.",
  },
  key_missing: {
    status: 401,
    title: "An API key is required",
    example:
      "Send one of the service's API keys, as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.",
  },
  key_unknown: {
    status: 401,
    title: "The API key is not accepted",
    example:
      "The API key that was sent is not one of this service's keys; it may have been revoked.",
  },
  host_not_allowed: {
    status: 403,
    title: "The host name is not allowed",
    example: "The request names the host 'evil.example'; this service answers to localhost, " +
      "127.0.0.1, [::1]. Add a name with ALLOWED_HOSTS.",
  },
  origin_not_allowed: {
    status: 403,
    title: "Web pages of this origin are not allowed",
    example: "The request comes from a web page of https://viewer.example, and this service does " +
      "not accept POST requests from there. Allow its pages with CORS_ENABLE and CORS_ORIGINS.",
  },
  route_unknown: {
    status: 404,
    title: "There is no such route",
    example: "There is no route /predict; GET / lists all routes.",
  },
  model_unknown: {
    status: 404,
    title: "There is no such model",
    example:
      "There is no model 'resnet', version '1.0.0'; this service has 'mitosis', version '2.0.0'.",
  },
  method_not_allowed: {
    status: 405,
    title: "The method is not allowed for this route",
    example: "/model/predict does not accept GET; it accepts POST.",
  },
  request_too_slow: {
    status: 408,
    title: "The request took too long to arrive",
    example:
      "The request body did not arrive within 10000 ms; send it again over a faster connection.",
  },
  body_too_large: {
    status: 413,
    title: "The request body is too large",
    example: "The request body has more than 16777216 bytes; send less data per request.",
  },
  media_type_unsupported: {
    status: 415,
    title: "The media type is not supported",
    example:
      "The request has Content-Type 'application/json'; this route accepts multipart/form-data or image/png.",
  },
  encoding_unsupported: {
    status: 415,
    title: "The content encoding is not supported",
    example: "The body has Content-Encoding 'br'; accepted are gzip, deflate and none.",
  },
  input_rejected: {
    status: 422,
    title: "The input crashes inference workers",
    example: "2 inference workers died while they ran this input; it is not tried again.",
  },
  overloaded: {
    status: 429,
    title: "The service is overloaded",
    example:
      "The request has 8 images, and 512 images of other requests are in progress; the limit is 512. " +
      "Try again in 2 s.",
  },
  client_left: {
    status: 408,
    title: "The client closed the connection",
    example: "The client closed the connection before the answer was ready.",
  },
  internal: {
    status: 500,
    title: "The service failed",
    example: "The service failed; its log has the cause under this request id.",
  },
  not_ready: {
    status: 503,
    title: "The service is not ready",
    example: "The model is not loaded yet. Try again in 2 s.",
  },
  stopping: {
    status: 503,
    title: "The service is stopping",
    example: "The service is stopping. Send the request to another instance, or try again in 2 s.",
  },
  model_invalid: {
    status: 503,
    title: "The model cannot be served",
    example:
      "The model of folder 'models/mine' cannot be served: manifest.json does not fit its schema: threshold: expected number.",
  },
  deadline_exceeded: {
    status: 504,
    title: "The deadline has passed",
    example: "The answer was not ready after 30000 ms.",
  },
  config_invalid: {
    status: 500,
    title: "A setting is not valid",
    example: "PORT is 'http'; it must be a whole number from 0 to 65535.",
  },
  file_unreadable: {
    status: 500,
    title: "A file cannot be read",
    example: "'patch.png' cannot be read: there is no such file.",
  },
  scale_missing: {
    status: 400,
    title: "The scale of the slide is not known",
    example: "The slide states no scale; give mpp, the micrometers per pixel: --mpp 0.25.",
  },
  slide_empty: {
    status: 422,
    title: "There is nothing to search on the slide",
    example: "No tissue was found on the slide. If there is some, give its outline as region.",
  },
  region_invalid: {
    status: 400,
    title: "The region cannot be read",
    example: "The region holds a Point; it may hold Polygon and MultiPolygon only.",
  },
  journal_incomplete: {
    status: 500,
    title: "The search of the slide is not complete",
    example: "12 of 2931 tiles are in none of the journals; shard 3/16 is not finished.",
  },
  slide_changed: {
    status: 409,
    title: "The slide changed while it was read",
    example: "'a.svs' was written to while it was read; search it when it is complete.",
  },
  slide_not_allowed: {
    status: 403,
    title: "Slides may not be read from this address",
    example:
      "https://example.com/a.svs cannot be read: its address is not among those that are allowed.",
  },
  slide_unreachable: {
    status: 502,
    title: "The slide cannot be read from its server",
    example: "https://example.com/a.svs cannot be read: the server answered 503 six times.",
  },
  slides_disabled: {
    status: 403,
    title: "This service shows no slides",
    example: "This service shows no slides; its operator can set SLIDES_DIR to a folder of slides.",
  },
  slide_unknown: {
    status: 404,
    title: "There is no such slide",
    example: "There is no slide '0d00a814458d2f5f1add2dde'; GET /slides lists them.",
  },
  picture_too_large: {
    status: 400,
    title: "The picture takes too much of the slide to be read",
    example:
      "This picture needs 67108864 pixels of the slide; at most 20000000 are read. Ask for a " +
      "smaller region or a larger picture of it.",
  },
  slide_searches_disabled: {
    status: 403,
    title: "This service does not search slides",
    example: "This service does not search slides, because it has no folder for results " +
      "(RESULTS_DIR). The command 'slide' searches them too.",
  },
  search_unknown: {
    status: 404,
    title: "There is no such search",
    example:
      "The slide has no search '5c1f7ab0e2d94a6c8b3f0d11'; its results may have been removed.",
  },
  search_not_done: {
    status: 409,
    title: "The search is not done",
    example: "The search is running; its results can be fetched when its state is done.",
  },
  search_cancelled: {
    status: 409,
    title: "The search was cancelled",
    example: "The search was cancelled; start it again to go on.",
  },
  results_full: {
    status: 507,
    title: "There is no room for results",
    example: "The results take 10737418240 bytes, and at most 10737418240 are kept " +
      "(RESULTS_MAX_BYTES). Try again when other searches are done.",
  },
  results_unavailable: {
    status: 503,
    title: "The folder of results cannot be used",
    example: "The folder of results (RESULTS_DIR) is in use by another process. Try again in 5 s.",
  },
  file_unwritable: {
    status: 500,
    title: "A file cannot be written",
    example: "The folder 'models/ibm-max' cannot be written: Permission denied.",
  },
  weights_unavailable: {
    status: 500,
    title: "The weights cannot be downloaded",
    example:
      "Download the weights with another program and pass the file: deno task model:import FILE.",
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
    example: "The optimized graph differs from the direct conversion by 0.1; accepted is 0.00001.",
  },
  data_invalid: {
    status: 500,
    title: "The data set cannot be read",
    example: "'patches.csv' cannot be evaluated: its header is 'name,class', not 'file,label'.",
  },
} as const satisfies Record<string, { status: number; title: string; example: string }>;

/** The code of a problem: a key of {@linkcode problems}. */
export type ProblemCode = keyof typeof problems;

/** Optional facts about a {@linkcode Problem}. */
export interface ProblemOptions extends ErrorOptions {
  /** When to send the same request again, in whole seconds from now. */
  readonly retryAfterSeconds?: number;
}

/**
 * An error of the table {@linkcode problems}. Its message is safe to show to any user.
 *
 * @example
 * ```ts
 * import { Problem } from "./errors.ts";
 * import { equal } from "node:assert/strict";
 *
 * const problem = new Problem("image_empty", "The image has 0 bytes; send a PNG file.");
 * equal(problem.title, "The image has no bytes");
 * ```
 */
export class Problem extends Error {
  override readonly name = "Problem";
  /** The problem's key in the table. */
  readonly code: ProblemCode;

  /**
   * @param code The problem's key in the table.
   * @param message One or two sentences: what is wrong, what was received and what is accepted.
   */
  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options);
    this.code = code;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** When to send the same request again, in whole seconds from now. Undefined when not known. */
  readonly retryAfterSeconds?: number;

  /** The HTTP status of the problem's code. */
  get status(): (typeof problems)[ProblemCode]["status"] {
    return problems[this.code].status;
  }

  /** The title of the problem's code. */
  get title(): string {
    return problems[this.code].title;
  }
}

/** Returns the first line of the message of any thrown value, without a stack trace. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split("\n", 1)[0] ?? "";
}

/**
 * Returns why a file or folder could not be read or written, in plain words, to complete "It cannot be
 * read: …".
 */
export function fileErrorReason(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (thrown instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (
    thrown instanceof Deno.errors.NotADirectory || thrown instanceof Deno.errors.AlreadyExists
  ) return "a part of its path is a file and not a folder";
  if (thrown instanceof Deno.errors.PermissionDenied) {
    return "this user has no permission for it, or the file system is read-only";
  }
  if (thrown instanceof Deno.errors.NotCapable) return "Deno's permissions do not allow it";
  const [, number] = /\(os error (\d+)\)/.exec(messageOf(thrown)) ?? [];
  if (number === "28" || number === "112") return "the disk is full";
  if (number === "27") return "it is larger than this user or file system allows";
  if (number === "30") return "the file system is read-only";
  if (number === "122") return "the disk quota of this user is used up";
  if (number === "36") return "its name is too long";
  return messageOf(thrown);
}
