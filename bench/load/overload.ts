import { startProgram } from "../../tests/program.ts";
import { describe, measure } from "./measure.ts";

/** Deadline of a request, in milliseconds. */
const DEADLINE_MS = 2000;
/** Maximum latency of a health check, in milliseconds. */
const MAX_HEALTH_MS = 50;
/** Load, as a multiple of the capacity. */
const LOAD_FACTOR = 4;
/** The load generator reaches only nine tenths of the rate that it is set to. */
const SET_LOAD_FACTOR = 1.15 * LOAD_FACTOR;

/**
 * Measures the capacity, sends four times as many requests, and checks the promises under overload.
 */
export async function overload(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
): Promise<boolean> {
  await using program = await startProgram([], {
    INFERENCE_WORKERS: String(navigator.hardwareConcurrency),
    REQUEST_TIMEOUT_MS: String(DEADLINE_MS),
    QUEUE_SIZE: "64",
    LOG_FORMAT: "none",
  });
  await measure(program, patch, { seconds: 2, connections: 8 });
  const normal = await measure(program, patch, { seconds: 8, connections: 8 });
  console.log("capacity:", describe(normal));
  const rate = Math.ceil(normal.requestsPerSecond * SET_LOAD_FACTOR);
  const overloaded = await measure(program, patch, { seconds, connections: 200, rate });
  console.log(`${rate} requests/s for ${seconds} s:`, describe(overloaded));
  console.log(
    `Retry-After (seconds: number of responses): ${JSON.stringify(overloaded.retryAfter)}`,
  );
  const all = Object.values(overloaded.statuses).reduce((sum, n) => sum + n, 0);
  const refused = overloaded.statuses["429"] ?? 0;
  const withRetryAfter = Object.values(overloaded.retryAfter).reduce((sum, n) => sum + n, 0);
  const offered = all / seconds / normal.requestsPerSecond;
  const checks: [what: string, holds: boolean][] = [
    ["every request was answered", overloaded.unanswered === 0],
    ["every status is 200 or 429", (overloaded.statuses["200"] ?? 0) + refused === all],
    ["every 429 had a Retry-After", withRetryAfter === refused],
    [
      `the p99 latency of accepted requests is below the deadline of ${DEADLINE_MS} ms`,
      overloaded.latency.p99 < DEADLINE_MS,
    ],
    [
      `every health check was answered within ${MAX_HEALTH_MS} ms`,
      overloaded.health.slowest < MAX_HEALTH_MS,
    ],
    [`the load was ${offered.toFixed(1)} times the capacity`, offered >= LOAD_FACTOR],
  ];
  for (const [what, holds] of checks) console.log(`${holds ? "holds" : "FAILS"}  ${what}`);
  return checks.every(([, holds]) => holds);
}
