/// <reference lib="dom" />
import type { Detection } from "../result/result.ts";
import { readEvents } from "./event_stream.ts";
import type { SearchedImage } from "./scale.ts";

/** What the page reads of `GET /model/metadata`. */
export interface Model {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly threshold: number;
  /** Micrometers per pixel. */
  readonly mpp: number;
  readonly input: { readonly width: number; readonly height: number };
}

/** What the page reads of the result of `POST /model/detect`. */
export interface DetectAnswer {
  readonly image: SearchedImage;
  readonly detections: readonly Detection[];
  /** Present if there are more detections than are listed: the most probable ones are. */
  readonly truncated?: true;
}

/** What a search reports while it runs. */
export interface DetectEvents {
  /** Reports the share that is searched, 0 to 1, and what has been found so far. */
  progress(share: number, found: readonly Detection[]): void;
}

/** The answer of `POST /model/explain`: an occlusion map. Probabilities are 0 to 1. */
export interface Explanation {
  /** Probability of the patch without a mask. */
  readonly probability: number;
  /** Distance between neighboring places of the mask, in pixels. */
  readonly stride: number;
  /** Probability with the mask at each place, by row and column. */
  readonly masked: readonly (readonly number[])[];
}

/** Says why the service refused a request or did not answer. The message is shown to the person. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  /** Whether the request had no API key, or one that the service does not accept. */
  readonly needsApiKey: boolean;

  constructor(message: string, needsApiKey = false) {
    super(message);
    this.needsApiKey = needsApiKey;
  }
}

let apiKey: string | undefined;

/** Sets the API key of later requests. The key is kept only in the memory of this tab. */
export function setApiKey(key: string): void {
  apiKey = key;
}

/**
 * Asks the service for its model.
 *
 * @throws {ServiceError} If the service refuses the request or does not answer.
 */
export async function fetchModel(): Promise<Model> {
  return await (await send("model/metadata", {})).json();
}

/**
 * Scores patches. Returns their probabilities, 0 to 1, in the order of the patches.
 *
 * @throws {ServiceError} If the service refuses the request or does not answer.
 * @throws The reason of `signal` if it aborts; another error if the answer breaks off.
 */
export async function predict(patches: readonly Blob[], signal: AbortSignal): Promise<number[]> {
  const body = new FormData();
  for (const patch of patches) body.append("image", patch, "patch.png");
  const response = await send("model/predict", { method: "POST", body, signal });
  const { predictions } = await response.json() as { predictions: { probability: number }[] };
  return predictions.map(({ probability }) => probability);
}

/**
 * Searches a field for mitoses. Candidates below the threshold are returned too.
 *
 * @param mpp Micrometers per pixel. If undefined, the service uses those that the file states, or else
 * those of the model.
 * @throws {ServiceError} If the service refuses the request, does not answer, or reports that the search
 * failed.
 * @throws The reason of `signal` if it aborts; another error if the answer breaks off.
 */
export async function detect(
  field: Blob,
  mpp: number | undefined,
  events: DetectEvents,
  signal: AbortSignal,
): Promise<DetectAnswer> {
  const body = new FormData();
  body.append("image", field, "field.image");
  const query = new URLSearchParams({ keep: "true" });
  if (mpp !== undefined) query.set("mpp", String(mpp));
  const response = await send(`model/detect?${query}`, {
    method: "POST",
    body,
    signal,
    headers: { accept: "text/event-stream" },
  });
  if (response.body === null) throw new ServiceError("The service sent an empty answer.");
  const found = new Map<string, Detection>();
  const keyOf = ({ x, y }: Detection) => `${x},${y}`;
  for await (const { name, data } of readEvents(response.body)) {
    const sent = JSON.parse(data);
    if (name === "progress") {
      for (const one of sent.removed) found.delete(keyOf(one));
      for (const one of sent.detections) found.set(keyOf(one), one);
      events.progress(sent.done, [...found.values()]);
    }
    if (name === "result") return sent;
    if (name === "error") throw new ServiceError(sent.message);
  }
  throw new ServiceError("The service stopped in the middle of its answer. Try again.");
}

/**
 * Asks the service which parts of a patch its probability depends on.
 *
 * @throws {ServiceError} If the service refuses the request or does not answer.
 * @throws The reason of `signal` if it aborts; another error if the answer breaks off.
 */
export async function explain(patch: Blob, signal: AbortSignal): Promise<Explanation> {
  const body = new FormData();
  body.append("image", patch, "patch.png");
  return await (await send("model/explain", { method: "POST", body, signal })).json();
}

/**
 * Sends one request, and returns the response if its status is one of success.
 *
 * @throws {ServiceError} If the service refuses the request or does not answer.
 * @throws The reason of the signal if it aborts.
 */
async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  const headers = new Headers(init.headers);
  if (apiKey !== undefined) headers.set("x-api-key", apiKey);
  try {
    response = await fetch(new URL(path, document.baseURI), { ...init, headers });
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw new ServiceError(
      "The service does not answer. Is it still running, and is this computer connected to it?",
    );
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  // A proxy in front of the service can answer 413 too, in its own words.
  if (response.status === 413 && problem.code !== "image_too_large") {
    throw new ServiceError(
      "The file is larger than this service accepts. Cut out a part, or save it as a JPEG of high " +
        "quality. Whoever runs the service can raise MAX_BODY_BYTES.",
    );
  }
  const seconds = response.headers.get("retry-after");
  throw new ServiceError(
    (problem.message ?? `The service answered with status ${response.status}.`) +
      (seconds ? ` Try again in ${seconds} s.` : ""),
    response.status === 401 || response.status === 403,
  );
}
