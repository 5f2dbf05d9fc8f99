import { startProgram } from "../../tests/program.ts";
import { line } from "./compare.ts";
import { measure } from "./measure.ts";

const DEADLINE_MS = 2000;
const PROMPT_MS = 50;
/** What is offered, in capacities. */
const TIMES = 4;
/** The generator falls short of the rate that it is told by a tenth. */
const TOLD = 1.15 * TIMES;

/** Finds the capacity, offers four times as much, and says whether the promises held. */
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
  const alone = await measure(program, patch, { seconds: 8, connections: 8 });
  console.log("capacity:", line(alone));
  const rate = Math.ceil(alone.requestsPerSecond * TOLD);
  const over = await measure(program, patch, { seconds, connections: 200, rate });
  console.log(`${rate} offered a second for ${seconds} s:`, line(over));
  console.log(`Retry-After (seconds: how often): ${JSON.stringify(over.retryAfter)}`);
  const all = Object.values(over.statuses).reduce((sum, n) => sum + n, 0);
  const refused = over.statuses["429"] ?? 0;
  const told = Object.values(over.retryAfter).reduce((sum, n) => sum + n, 0);
  const offered = all / seconds / alone.requestsPerSecond;
  const checks: [what: string, holds: boolean][] = [
    ["every request was answered", over.unanswered === 0],
    ["200 or 429 and nothing else", (over.statuses["200"] ?? 0) + refused === all],
    ["every 429 had a Retry-After", told === refused],
    [
      `p99 of those accepted is under the deadline of ${DEADLINE_MS} ms`,
      over.latency.p99 < DEADLINE_MS,
    ],
    [`health answered within ${PROMPT_MS} ms throughout`, over.health.slowest < PROMPT_MS],
    [`offered ${offered.toFixed(1)} times the capacity`, offered >= TIMES],
  ];
  for (const [what, holds] of checks) console.log(`${holds ? "holds" : "FAILS"}  ${what}`);
  return checks.every(([, holds]) => holds);
}
