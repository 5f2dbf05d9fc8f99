import type { AnsweredRequest } from "./request_record.ts";

/** The format of the log. `none` writes nothing. */
export type LogFormat = "text" | "json" | "none";

/** A log with one line per answered request or other event. */
export interface Log {
  /** Logs an answered request. */
  request(request: AnsweredRequest, traceId?: string): void;
  /** Logs an event that the operator should know. */
  event(message: string, details?: Readonly<Record<string, string | number>>): void;
  /** Writes the buffered lines now. */
  flush(): void;
}

/** How long a line is buffered at most, in milliseconds, so that a busy service writes several together. */
const FLUSH_AFTER_MS = 50;

/**
 * Creates a log. A request's line has its id, route, status, times and problem code, but no pixels and
 * no file names.
 *
 * @param write Writes whole lines of text. It is called at most 20 times a second, and by `flush`.
 */
export function createLog(format: LogFormat, write: (lines: string) => void): Log {
  let buffer = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (buffer !== "") write(buffer);
    buffer = "";
  }
  function append(fields: Record<string, unknown>, toText: () => string): void {
    const time = new Date().toISOString();
    buffer += format === "json" ? JSON.stringify({ time, ...fields }) : `${time} ${toText()}`;
    buffer += "\n";
    timer ??= setTimeout(flush, FLUSH_AFTER_MS);
  }
  return {
    request(request, traceId) {
      if (format === "none") return;
      const { id, method, route, status, milliseconds, images, code, stageMilliseconds } = request;
      const fields = {
        level: status >= 500 ? "error" : "info",
        requestId: id,
        method,
        route,
        status,
        ms: round(milliseconds),
        ...(images > 0 ? { images } : {}),
        ...(stageMilliseconds === undefined ? {} : {
          decodeMs: round(stageMilliseconds.decode),
          queueMs: round(stageMilliseconds.queue),
          inferenceMs: round(stageMilliseconds.inference),
        }),
        ...(code === undefined ? {} : { code }),
        ...(traceId === undefined ? {} : { traceId }),
      };
      append(fields, () => {
        const { level: _level, method: _method, route: _route, status: _status, ...rest } = fields;
        return `${status} ${method} ${route} ${formatPairs(rest)}`;
      });
    },
    event(message, details = {}) {
      if (format === "none") return;
      append(
        { level: "warn", message, ...details },
        () => `${message} ${formatPairs(details)}`.trimEnd(),
      );
    },
    flush,
  };
}

/** Formats fields as `name=value name=value`. */
function formatPairs(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields).map(([name, value]) => `${name}=${value}`).join(" ");
}

/** Rounds to hundredths of a millisecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
