import type { AnsweredRequest } from "./request_record.ts";

/** How a log is written. */
export type LogFormat = "text" | "json" | "none";

/** A log of one line for each thing that happened. */
export interface Log {
  /** A request was answered. */
  request(request: AnsweredRequest, traceId?: string): void;
  /** Anything else that an operator should know. */
  event(message: string, details?: Readonly<Record<string, string | number>>): void;
  /** Writes what is still held. */
  flush(): void;
}

/**
 * Creates a log. It says who asked for what when and how that went; never pixels or names of files.
 *
 * @param write Takes text, whole lines. It is called some times a second at most, however many
 * requests there are.
 */
export function createLog(format: LogFormat, write: (lines: string) => void): Log {
  let held = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held !== "") write(held);
    held = "";
  }
  function put(fields: Record<string, unknown>, text: () => string): void {
    const time = new Date().toISOString();
    held += (format === "json" ? JSON.stringify({ time, ...fields }) : `${time} ${text()}`) + "\n";
    timer ??= setTimeout(flush, 50);
  }
  return {
    request(request, traceId) {
      if (format === "none") return;
      const { id, method, route, status, milliseconds, images, code, spans } = request;
      const fields = {
        level: status >= 500 ? "error" : "info",
        requestId: id,
        method,
        route,
        status,
        ms: round(milliseconds),
        ...(images > 0 ? { images } : {}),
        ...(spans === undefined ? {} : {
          decodeMs: round(spans.decode),
          queueMs: round(spans.queue),
          inferenceMs: round(spans.inference),
        }),
        ...(code === undefined ? {} : { code }),
        ...(traceId === undefined ? {} : { traceId }),
      };
      put(fields, () => {
        const { level: _level, method: _method, route: _route, status: _status, ...rest } = fields;
        return `${status} ${method} ${route} ${pairs(rest)}`;
      });
    },
    event(message, details = {}) {
      if (format === "none") return;
      put({ level: "warn", message, ...details }, () => `${message} ${pairs(details)}`.trimEnd());
    },
    flush,
  };
}

function pairs(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields).map(([name, value]) => `${name}=${value}`).join(" ");
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
