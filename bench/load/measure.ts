import { Buffer } from "node:buffer";
// @ts-types="@types/autocannon"
import autocannon from "autocannon";
import type { RunningProgram } from "../../tests/program.ts";

/** What one run of the load generator saw. */
export interface Measured {
  readonly requestsPerSecond: number;
  /** Milliseconds of the requests that were answered 200. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly slowest: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that got no answer: refused, reset or timed out by the client. */
  readonly unanswered: number;
  /** Values of Retry-After, and how often each came. */
  readonly retryAfter: Readonly<Record<string, number>>;
  readonly residentMegabytes: number;
  /** Milliseconds of the slowest and of the middle health check. */
  readonly health: { readonly slowest: number; readonly p50: number; readonly count: number };
}

/** What load is put on. */
export interface Load {
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second in all; as many as are answered where it is left out. */
  readonly rate?: number;
  readonly headers?: Record<string, string>;
}

/** Sends the same patch again and again, and asks for health 20 times a second beside it. */
export async function measure(
  program: RunningProgram,
  patch: Uint8Array<ArrayBuffer>,
  { seconds, connections, rate, headers = {} }: Load,
): Promise<Measured> {
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
    connections,
    duration: seconds,
    timeout: 60,
    ...(rate === undefined ? {} : { overallRate: rate }),
  }, (error, result) => error ? finished.reject(error) : finished.resolve(result));
  run.on("response", (client, status, _bytes, milliseconds) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === 200) times.push(milliseconds);
    const after = (client as unknown as Answered).parser?.headers?.["retry-after"];
    if (after !== undefined) retryAfter[after] = (retryAfter[after] ?? 0) + 1;
  });
  const result = await finished.promise;
  const checks = await watch.end();
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: times.length / result.duration,
    latency: { p50: at(times, 0.5), p95: at(times, 0.95), p99: at(times, 0.99) },
    slowest: times.at(-1) ?? NaN,
    statuses,
    unanswered: result.errors + result.timeouts,
    retryAfter,
    residentMegabytes: residentMegabytes(program),
    health: { slowest: checks.at(-1) ?? NaN, p50: at(checks, 0.5), count: checks.length },
  };
}

/** The part of the load generator's client that holds the last answer's headers. */
interface Answered {
  readonly parser?: { readonly headers?: Readonly<Record<string, string>> };
}

function watchHealth(url: string) {
  const times: number[] = [];
  let ended = false;
  const loop = (async () => {
    while (!ended) {
      const start = performance.now();
      const response = await fetch(`${url}v2/health/live`);
      await response.arrayBuffer();
      times.push(response.status === 200 ? performance.now() - start : Infinity);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async end(): Promise<number[]> {
      ended = true;
      await loop;
      return times.sort((a, b) => a - b);
    },
  };
}

/** Memory that the process holds, in 10^6 bytes; NaN where the system does not tell. */
export function residentMegabytes({ process }: RunningProgram): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${process.pid}/status`);
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024 / 1e6);
  } catch {
    return NaN;
  }
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
