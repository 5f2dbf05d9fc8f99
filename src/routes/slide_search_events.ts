import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Problem } from "../errors.ts";
import type { AppEnv } from "../http/app_context.ts";
import { toProblem } from "../http/problem_response.ts";
import { hasEnded, type SearchState } from "../slide_jobs/search_state.ts";
import type { SlideJobs } from "../slide_jobs/slide_jobs.ts";

/** Shortest time between two progress events, in milliseconds. */
const EVENT_INTERVAL_MS = 250;

/** How often a comment is sent while nothing changes, so that proxies keep the connection, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Answers with server-sent events: `progress` after each change, then one `result` with the whole answer. If
 * the search fails or is cancelled, or the service stops, the last event is an `error`.
 *
 * @param answerOf Creates the answer for a search that is done.
 */
export function streamSearch(
  c: Context<AppEnv>,
  jobs: SlideJobs,
  search: SearchState,
  answerOf: (state: SearchState) => Promise<unknown>,
): Response {
  const ended = Promise.withResolvers<void>();
  c.set("answerEnd", ended.promise);
  // Tells nginx to pass every event on at once.
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (stream) => {
    const left = Promise.withResolvers<void>();
    stream.onAbort(() => left.resolve());
    try {
      const outcome = await Promise.race([follow(stream, jobs, search), left.promise]);
      if (stream.aborted || outcome === undefined) c.var.record.code = "client_left";
      else if ("state" in outcome && outcome.state === "done") {
        await send(stream, "result", await answerOf(outcome));
      } else await sendError(c, stream, problemOf(outcome));
    } catch (thrown) {
      await sendError(c, stream, toProblem(thrown));
    } finally {
      ended.resolve();
    }
  });
}

/** Sends progress until the search has ended or the service stops. */
async function follow(
  stream: SSEStreamingApi,
  jobs: SlideJobs,
  search: SearchState,
): Promise<SearchState | Problem> {
  let latest = search;
  let stopped: Problem | undefined;
  let changed = Promise.withResolvers<void>();
  const unwatch = jobs.watch(search.slide, search.id, {
    changed(state) {
      latest = state;
      changed.resolve();
    },
    stopped(reason) {
      stopped = reason;
      changed.resolve();
    },
  });
  try {
    let sent = "";
    while (!stream.aborted) {
      if (stopped !== undefined) return stopped;
      if (hasEnded(latest.state)) return latest;
      changed = Promise.withResolvers();
      const data = progressOf(latest);
      if (data !== sent) await stream.writeSSE({ event: "progress", data });
      else await stream.write(": \n\n");
      sent = data;
      await Promise.race([changed.promise, pause(KEEP_ALIVE_MS)]);
      if (!hasEnded(latest.state) && stopped === undefined) await pause(EVENT_INTERVAL_MS);
    }
    return latest;
  } finally {
    unwatch();
  }
}

function progressOf({ state, progress }: SearchState): string {
  return JSON.stringify({
    state,
    ...(progress && { done: progress.tilesDone / Math.max(1, progress.tiles), ...progress }),
  });
}

function problemOf(outcome: SearchState | Problem): Pick<Problem, "code" | "message"> {
  if ("code" in outcome) return outcome;
  return outcome.problem ??
    { code: "search_cancelled", message: "The search was cancelled; start it again to go on." };
}

async function sendError(
  c: Context<AppEnv>,
  stream: SSEStreamingApi,
  problem: Pick<Problem, "code" | "message"> & { readonly retryAfterSeconds?: number },
): Promise<void> {
  const { code, message, retryAfterSeconds } = problem;
  c.var.record.code = code;
  const { requestId } = c.var;
  await send(stream, "error", {
    status: "error",
    code,
    message,
    requestId,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

async function send(stream: SSEStreamingApi, event: string, data: unknown): Promise<void> {
  await stream.writeSSE({ event, data: JSON.stringify(data) });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    Deno.unrefTimer(setTimeout(resolve, milliseconds));
  });
}
