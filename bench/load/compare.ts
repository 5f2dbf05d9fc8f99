import { formWith } from "../../tests/service.ts";
import { startProgram } from "../../tests/program.ts";
import { describe, measure } from "./measure.ts";

/** Images per request, in the measurement with several. */
const BATCH = 16;

/**
 * Measures the throughput with one Worker, with two, and with as many as cores, for requests of one
 * patch and of {@linkcode BATCH}. Every combination is measured twice, in turn.
 */
export async function compareWorkers(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  const maxWorkers = Math.max(2, navigator.hardwareConcurrency);
  const counts = [...new Set([1, 2, maxWorkers])];
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
        console.log(
          `round ${round}, Workers ${workers}, ${images} per request:`,
          describe(measured),
        );
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
        `${images} per request, Workers ${workers}: ${rate.toFixed(0)} images/s, ratio ${
          ratio.toFixed(2)
        }`,
      );
    }
  }
  console.log("The load generator runs on the same cores as the service.");
  return true;
}
