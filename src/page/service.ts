/// <reference lib="dom" />
import type { Detection } from "../result/result.ts";
import { eventsOf } from "./event_stream.ts";

/** What the page needs to know of the model. */
export interface Model {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly threshold: number;
  readonly mpp: number;
  readonly input: { readonly width: number; readonly height: number };
}

/** What a field's analysis reports while it runs. */
export interface DetectEvents {
  /** How much is done, 0 to 1, and the mitoses found so far. */
  progress(share: number, found: readonly Detection[]): void;
}

/** Probabilities of one patch with a mask at every place of a grid. */
export interface Explanation {
  /** Of the patch as it is. */
  readonly probability: number;
  /** Pixels from one place to the next. */
  readonly stride: number;
  /** Probability with the mask there, by row and column. */
  readonly masked: readonly (readonly number[])[];
}

/** A refusal by the service, or its absence, in words for the person. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  /** Whether the service asks for an API key, or does not know the one it got. */
  readonly locked: boolean;

  constructor(message: string, locked = false) {
    super(message);
    this.locked = locked;
  }
}

let apiKey: string | undefined;

/** Sends `key` from now on; it is kept in this tab's memory only. */
export function useApiKey(key: string): void {
  apiKey = key;
}

/** Describes the model that is served. */
export async function fetchModel(): Promise<Model> {
  return await (await ask("model/metadata", {})).json();
}

/** Probabilities of patches, in their order. */
export async function predict(patches: readonly Blob[], signal: AbortSignal): Promise<number[]> {
  const body = new FormData();
  for (const patch of patches) body.append("image", patch, "patch.png");
  const response = await ask("model/predict", { method: "POST", body, signal });
  const { predictions } = await response.json() as { predictions: { probability: number }[] };
  return predictions.map(({ probability }) => probability);
}

/**
 * Finds the mitoses of a field; candidates below the threshold come too.
 *
 * @param mpp Microns per pixel.
 */
export async function detect(
  field: Blob,
  mpp: number,
  events: DetectEvents,
  signal: AbortSignal,
): Promise<readonly Detection[]> {
  const body = new FormData();
  body.append("image", field, "field.image");
  const response = await ask(`model/detect?mpp=${mpp}&keep=true`, {
    method: "POST",
    body,
    signal,
    headers: { accept: "text/event-stream" },
  });
  if (response.body === null) throw new ServiceError("The service sent an empty answer.");
  const found = new Map<string, Detection>();
  const keyOf = ({ x, y }: Detection) => `${x},${y}`;
  for await (const { name, data } of eventsOf(response.body)) {
    const said = JSON.parse(data);
    if (name === "progress") {
      for (const one of said.removed) found.delete(keyOf(one));
      for (const one of said.detections) found.set(keyOf(one), one);
      events.progress(said.done, [...found.values()]);
    }
    if (name === "result") return said.detections;
    if (name === "error") throw new ServiceError(said.message);
  }
  throw new ServiceError("The service stopped in the middle of its answer. Try again.");
}

/** Asks what the model looked at in one patch. */
export async function explain(patch: Blob, signal: AbortSignal): Promise<Explanation> {
  const body = new FormData();
  body.append("image", patch, "patch.png");
  return await (await ask("model/explain", { method: "POST", body, signal })).json();
}

/** One request; what goes wrong is told in a sentence. */
async function ask(path: string, init: RequestInit): Promise<Response> {
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
  if (response.status === 413) {
    throw new ServiceError(
      "The file is larger than this service takes. Cut out a part, or save it as a JPEG of high " +
        "quality; who runs the service can raise MAX_BODY_BYTES.",
    );
  }
  const said = await response.json().catch(() => ({}));
  const wait = response.headers.get("retry-after");
  throw new ServiceError(
    (said.message ?? `The service answered with status ${response.status}.`) +
      (wait ? ` Try again in ${wait} s.` : ""),
    response.status === 401 || response.status === 403,
  );
}
