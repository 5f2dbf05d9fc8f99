import { startProgram } from "../../tests/program.ts";
import { measure, type Measured } from "./measure.ts";

/** Throughput with one Worker and with two, and so on up to the cores, measured in turn, twice. */
export async function compareWorkers(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
): Promise<boolean> {
  const most = Math.max(2, navigator.hardwareConcurrency);
  const counts = Array.from({ length: most }, (_, i) => i + 1).filter((n) => n <= 2 || n === most);
  const best: Record<number, number> = {};
  for (let round = 1; round <= 2; round++) {
    for (const workers of counts) {
      await using program = await startProgram([], {
        INFERENCE_WORKERS: String(workers),
        LOG_FORMAT: "none",
      });
      await measure(program, patch, { seconds: 1, connections: 8 });
      const measured = await measure(program, patch, { seconds, connections: 8 });
      console.log(`round ${round}, Workers ${workers}:`, line(measured));
      best[workers] = Math.max(best[workers] ?? 0, measured.requestsPerSecond);
    }
  }
  const one = best[1] ?? NaN;
  for (const workers of counts.slice(1)) {
    console.log(`${workers} Workers to 1: ${((best[workers] ?? NaN) / one).toFixed(2)} times`);
  }
  console.log("The load generator runs on the same machine and takes its share of the cores.");
  return true;
}

/** One measurement in one line. */
export function line(measured: Measured): string {
  const { requestsPerSecond, latency, slowest, statuses, unanswered, residentMegabytes, health } =
    measured;
  const ms = (value: number) => value.toFixed(1);
  return `${requestsPerSecond.toFixed(0)} answers/s, latency p50 ${ms(latency.p50)} ` +
    `p95 ${ms(latency.p95)} p99 ${ms(latency.p99)} max ${ms(slowest)} ms, ` +
    `statuses ${JSON.stringify(statuses)}, unanswered ${unanswered}, ` +
    `memory ${residentMegabytes} MB, ` +
    `health p50 ${ms(health.p50)} max ${ms(health.slowest)} ms of ${health.count}`;
}
