import { squarePng } from "./attacks/fields.ts";

/** What a client observes of one request. */
export type Observed =
  /** The whole answer arrived. */
  | { readonly outcome: "answered"; readonly what: string }
  /** No byte of an answer arrived, because the service took no connection any more. */
  | { readonly outcome: "refused" }
  /** The answer is incomplete, or is none that a stop may give. */
  | { readonly outcome: "broken"; readonly why: string };

/** A kind of request during which the service is stopped. */
export interface StopKind {
  readonly name: string;
  /** How many clients send such requests at the same time. */
  readonly clients: number;
  /** How long requests are sent before the signal, in milliseconds. */
  readonly loadMs: number;
  /** Sends one request whose answer may take longer than the stop. */
  send(url: string, id: string): Promise<Observed>;
}

/** A white field: an exact search of it takes a minute and more. */
const field = squarePng(2048);

async function post(
  url: string,
  headers: Record<string, string>,
  body: BodyInit,
): Promise<Observed> {
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body });
  } catch (thrown) {
    const why = reasonOf(thrown);
    return /refused|reset/.test(why) ? { outcome: "refused" } : { outcome: "broken", why };
  }
  try {
    return described(response, await response.text());
  } catch (thrown) {
    return { outcome: "broken", why: reasonOf(thrown) };
  }
}

/** Checks that an answer is whole and is one that a stop may give. */
function described(response: Response, text: string): Observed {
  const { status, headers } = response;
  if (headers.get("content-type")?.startsWith("text/event-stream") === true) {
    const [, last = "none"] = /event: (result|error)\ndata: .*\n\n$/.exec(text) ?? [];
    return last === "none"
      ? {
        outcome: "broken",
        why: `the events end without a result or an error: ${text.slice(-80)}`,
      }
      : { outcome: "answered", what: `event ${last}` };
  }
  const isRight = status === 200 ||
    (/^(429|503)$/.test(String(status)) && headers.has("retry-after"));
  return isRight
    ? { outcome: "answered", what: String(status) }
    : { outcome: "broken", why: `status ${status}: ${text.slice(0, 80)}` };
}

/** Returns the message of the innermost cause. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause);
}

/** The kinds of requests, which take turns. A slide job joins them when there is a route for slides. */
export function stopKinds(patch: Uint8Array<ArrayBuffer>): readonly StopKind[] {
  const search = (accept: string) => (url: string, id: string) =>
    post(
      `${url}model/detect?exact=true&stride=4`,
      { "content-type": "image/png", "x-request-id": id, accept },
      field,
    );
  return [
    {
      name: "predict",
      clients: 16,
      loadMs: 1500,
      send: (url, id) =>
        post(
          `${url}model/predict`,
          { "content-type": "image/png", "x-request-id": id },
          patch,
        ),
    },
    { name: "searches", clients: 3, loadMs: 4000, send: search("application/json") },
    { name: "event streams", clients: 3, loadMs: 4000, send: search("text/event-stream") },
  ];
}
