import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { toProblem } from "../http/problem_response.ts";
import { toJson } from "../result/output/json.ts";
import type { Detection, FieldResult } from "../result/result.ts";
import type { Field } from "../search/field.ts";
import type { SearchProgress } from "../search/search.ts";

/** An open field, and the function that searches it. */
export interface OpenedSearch {
  readonly field: Field;
  readonly search: (onProgress?: (progress: SearchProgress) => void) => Promise<FieldResult>;
}

/** Maximum number of detections in an answer. Progress events list no more either. */
export const MAX_LISTED = 10_000;

/** Shortest time between two progress events, unless mitoses were found or replaced. */
const EVENT_INTERVAL_MS = 100;

/**
 * Searches a field and answers with server-sent events: `progress` while the search runs, then one
 * `result` or `error`. The request keeps its place in the queue until the search is over, even if the
 * client has not read all events by then.
 */
export function streamEvents(
  c: Context<AppEnv>,
  deps: AppDeps,
  { field, search }: OpenedSearch,
): Response {
  const searched = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  c.var.work.keepUntil(searched.promise);
  c.set("answerEnd", ended.promise);

  async function lastEvent(
    stream: SSEStreamingApi,
    onProgress: (progress: SearchProgress) => void,
  ): Promise<[event: string, data: unknown]> {
    try {
      return ["result", toJson(await search(onProgress))];
    } catch (thrown) {
      const { code, message, retryAfterSeconds } = toProblem(thrown);
      if (code === "internal" && !stream.aborted) deps.reportError(thrown, c.var.requestId);
      c.var.record.code = stream.aborted ? "client_left" : code;
      const { requestId } = c.var;
      return ["error", {
        status: "error",
        code,
        message,
        requestId,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      }];
    } finally {
      field.close();
      searched.resolve();
    }
  }

  // Tells nginx to pass every event on at once.
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => {
      field.close();
      ended.resolve();
    });
    const events = progressEvents(stream);
    const [event, data] = await lastEvent(stream, events.report);
    await events.sent();
    await send(stream, event, data);
    ended.resolve();
  });
}

/**
 * Sends progress events. Each lists only the changes since the last one: mitoses that were found, and
 * mitoses that a more probable neighbor has replaced. A client that reads slowly gets fewer and larger
 * events. When {@linkcode MAX_LISTED} mitoses are listed, further ones are only counted.
 */
function progressEvents(stream: SSEStreamingApi) {
  const found = new Map<string, Detection>();
  const replaced = new Map<string, Detection>();
  let sending: Promise<void> | undefined;
  let last = 0;
  const listed = new Set<string>();
  return {
    /** Resolves when no event is being sent. */
    sent: async () => await sending,
    report({ done, count, added, removed }: SearchProgress): void {
      for (const one of added) {
        const key = keyOf(one);
        if (listed.size >= MAX_LISTED) break;
        listed.add(key);
        if (!replaced.delete(key)) found.set(key, one);
      }
      for (const one of removed) {
        const key = keyOf(one);
        if (listed.delete(key) && !found.delete(key)) replaced.set(key, one);
      }
      const now = performance.now();
      const isNew = found.size > 0 || replaced.size > 0;
      if (sending !== undefined || (now - last < EVENT_INTERVAL_MS && !isNew)) return;
      last = now;
      const data = {
        done,
        count,
        detections: [...found.values()],
        removed: [...replaced.values()],
      };
      found.clear();
      replaced.clear();
      sending = send(stream, "progress", data).finally(() => sending = undefined);
    },
  };
}

function keyOf({ x, y }: Detection): string {
  return `${x},${y}`;
}

async function send(stream: SSEStreamingApi, event: string, data: unknown): Promise<void> {
  await stream.writeSSE({ event, data: JSON.stringify(data) });
}
