import { formWith } from "../../tests/service.ts";
import { startProgram } from "../../tests/program.ts";
import { measure, type Measured } from "./measure.ts";

/** Images in each request of the second half: what HTTP costs is shared among them. */
const BATCH = 16;

/**
 * Throughput with one Worker and with two, and with as many as cores: one patch a request, and
 * {@linkcode BATCH}, measured in turn, twice.
 */
export async function compareWorkers(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  const most = Math.max(2, navigator.hardwareConcurrency);
  const counts = [...new Set([1, 2, most])];
  const response = new Response(formWith(...Array.from({ length: BATCH }, () => patch)));
  const headers = { "content-type": response.headers.get("content-type") ?? "" };
  const batch = new Uint8Array(await response.arrayBuffer());
  const best = new Map<string, number>();
  for (let round = 1; round <= 2; round++) {
    for (const workers of counts) {
      await using program = await startProgram([], {
        INFERENCE_WORKERS: String(workers),
        MODEL_DIR: modelDir,
        LOG_FORMAT: "none",
      });
      await measure(program, patch, { seconds: 1, connections: 8 });
      for (const images of [1, BATCH]) {
        const measured = images === 1
          ? await measure(program, patch, { seconds, connections: 8 })
          : await measure(program, batch, { seconds, connections: 4, headers });
        const rate = measured.requestsPerSecond * images;
        console.log(`round ${round}, Workers ${workers}, ${images} a request:`, line(measured));
        const key = `${workers} ${images}`;
        best.set(key, Math.max(best.get(key) ?? 0, rate));
      }
    }
  }
  for (const images of [1, BATCH]) {
    for (const workers of counts) {
      const rate = best.get(`${workers} ${images}`) ?? NaN;
      const ratio = rate / (best.get(`1 ${images}`) ?? NaN);
      console.log(
        `${images} a request, Workers ${workers}: ${rate.toFixed(0)} images/s, ${
          ratio.toFixed(2)
        } times`,
      );
    }
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
