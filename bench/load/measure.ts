import { Buffer } from "node:buffer";
// @ts-types="npm:@types/autocannon@7.12.7"
import autocannon from "npm:autocannon@9.0.0";
import type { RunningProgram } from "../../tests/program.ts";

const PlatformWorker = globalThis.Worker;

/** Measurements of one run of the load generator. */
export interface Measurement {
  readonly requestsPerSecond: number;
  /** Latency of the requests with status 200, in milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** The largest of these latencies. */
  readonly slowest: number;
  /** Number of responses by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without a response: refused, reset or timed out by the client. */
  readonly unanswered: number;
  /** Number of responses by their `Retry-After`, in seconds. */
  readonly retryAfter: Readonly<Record<string, number>>;
  readonly residentMegabytes: number;
  /** Number of health checks, and their median and largest latency in milliseconds. */
  readonly health: { readonly slowest: number; readonly p50: number; readonly count: number };
}

/** The load to generate. */
export interface Load {
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second, over all connections; by default, as many as the service answers. */
  readonly rate?: number;
  readonly headers?: Record<string, string>;
}

/** Sends the same patch repeatedly. Meanwhile, sends 20 health checks per second. */
export async function measure(
  program: RunningProgram,
  patch: Uint8Array<ArrayBuffer>,
  { seconds, connections, rate, headers = {} }: Load,
): Promise<Measurement> {
  const statuses: Record<string, number> = {};
  const retryAfter: Record<string, number> = {};
  const times: number[] = [];
  const watch = watchHealth(program.url);
  const finished = Promise.withResolvers<autocannon.Result>();
  const run = autocannon({
    url: `${program.url}model/predict`,
    method: "POST",
    headers: { "content-type": "image/png", ...headers },
    body: Buffer.from(patch),
    requests: [{
      onResponse(_status, _body, _context, headers) {
        const after = headerOf(headers, "retry-after");
        if (after !== undefined) retryAfter[after] = (retryAfter[after] ?? 0) + 1;
      },
    }],
    connections,
    duration: seconds,
    timeout: 60,
    ...(rate === undefined ? {} : { overallRate: rate }),
  }, (error, result) => error ? finished.reject(error) : finished.resolve(result));
  run.on("response", (_client, status, _bytes, milliseconds) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === 200) times.push(milliseconds);
  });
  const result = await finished.promise;
  const checks = await watch.end();
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: times.length / result.duration,
    latency: {
      p50: quantileOf(times, 0.5),
      p95: quantileOf(times, 0.95),
      p99: quantileOf(times, 0.99),
    },
    slowest: times.at(-1) ?? NaN,
    statuses,
    unanswered: result.errors + result.timeouts,
    retryAfter,
    residentMegabytes: residentMegabytes(program),
    health: { slowest: checks.at(-1) ?? NaN, p50: quantileOf(checks, 0.5), count: checks.length },
  };
}

/** Returns a header of a response. Upper and lower case are the same. */
function headerOf(headers: unknown, lowerCaseName: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([name]) =>
    name.toLowerCase() === lowerCaseName
  );
  return found === undefined ? undefined : String(found[1]);
}

/** Starts health checks in a Worker. `end` stops them and returns their sorted latencies. */
function watchHealth(url: string): { end(): Promise<number[]> } {
  const watcher = new PlatformWorker(new URL("./health_watch.ts", import.meta.url), {
    type: "module",
  });
  watcher.postMessage(url);
  return {
    end() {
      const times = Promise.withResolvers<number[]>();
      watcher.onmessage = ({ data }: MessageEvent<number[]>) => {
        watcher.terminate();
        times.resolve(data);
      };
      watcher.postMessage("end");
      return times.promise;
    },
  };
}

/** Returns the resident memory of the process, in 10^6 bytes; NaN on other systems than Linux. */
export function residentMegabytes({ process }: RunningProgram): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${process.pid}/status`);
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024 / 1e6);
  } catch {
    return NaN;
  }
}

/** Returns a quantile of sorted values. */
function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Describes a measurement in one line. */
export function describe(measured: Measurement): string {
  const { requestsPerSecond, latency, slowest, statuses, unanswered, residentMegabytes, health } =
    measured;
  const ms = (value: number) => value.toFixed(1);
  return `${requestsPerSecond.toFixed(0)} responses/s, latency p50 ${ms(latency.p50)} ` +
    `p95 ${ms(latency.p95)} p99 ${ms(latency.p99)} max ${ms(slowest)} ms, ` +
    `statuses ${JSON.stringify(statuses)}, unanswered ${unanswered}, ` +
    `memory ${residentMegabytes} MB, ` +
    `health p50 ${ms(health.p50)} max ${ms(health.slowest)} ms of ${health.count}`;
}
