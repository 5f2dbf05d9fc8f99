import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { SearchProgress } from "../search/search.ts";
import type { OpenField } from "../search/field_access.ts";
import { toJson } from "../result/output/json.ts";
import type { FieldResult } from "../result/result.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { toProblem } from "../http/problem_response.ts";

/** A field that was opened for a request, and how it is to be searched. */
export interface OpenedSearch {
  readonly field: OpenField;
  readonly search: (onProgress?: (progress: SearchProgress) => void) => Promise<FieldResult>;
}

/** At most one progress event in this many milliseconds, unless more was found. */
const EVENT_EVERY = 100;

/** Searches while it answers; the request counts as under way until the last event is sent. */
export function streamEvents(
  c: Context<AppEnv>,
  deps: AppDeps,
  { field, search }: OpenedSearch,
): Response {
  const ended = Promise.withResolvers<void>();
  c.var.work.keepUntil(ended.promise);
  return streamSSE(c, async (stream) => {
    let last = 0;
    let known = 0;
    const send = (event: string, data: unknown) =>
      stream.writeSSE({ event, data: JSON.stringify(data) });
    stream.onAbort(() => field.close());
    try {
      const result = await search(({ done, detections }) => {
        const now = performance.now();
        if (now - last < EVENT_EVERY && detections.length === known) return;
        [last, known] = [now, detections.length];
        send("progress", { done, detections });
      });
      await send("result", toJson(result));
    } catch (thrown) {
      const { code, message } = toProblem(thrown);
      if (code === "internal" && !stream.aborted) deps.reportError(thrown, c.var.requestId);
      await send("error", { status: "error", code, message, requestId: c.var.requestId });
    } finally {
      field.close();
      ended.resolve();
    }
  });
}
