import { readConfig } from "../../src/config.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import { loadClassifier } from "../../src/patch/load.ts";

/** Minimum speedup of two Workers over one, on two idle cores. */
const MIN_SPEEDUP = 1.7;

/**
 * Measures the throughput of one and of two Workers, without HTTP and without a load generator. The
 * input is decoded patches.
 */
export async function compareEngines(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  const image = decodePng(patch);
  let holds = true;
  for (const images of [1, 8]) {
    const best = new Map<number, number>();
    for (let round = 0; round < 3; round++) {
      for (const workers of [1, 2]) {
        const set: Record<string, string> = {
          INFERENCE_WORKERS: String(workers),
          MODEL_DIR: modelDir,
        };
        const { score, engine } = await loadClassifier(readConfig((name) => set[name]));
        const batch = Array.from({ length: images }, () => image);
        const start = performance.now();
        let scored = 0;
        const client = async () => {
          while (performance.now() - start < seconds * 1000) {
            await score(batch);
            scored += images;
          }
        };
        await Promise.all(Array.from({ length: workers * 2 }, client));
        const rate = scored / (performance.now() - start) * 1000;
        best.set(workers, Math.max(best.get(workers) ?? 0, rate));
        await engine.close();
      }
    }
    const [one = NaN, two = NaN] = [best.get(1), best.get(2)];
    holds &&= two / one >= MIN_SPEEDUP;
    console.log(
      `Workers alone, batches of ${images}: one ${one.toFixed(0)} patches/s, two ` +
        `${two.toFixed(0)} patches/s, speedup ${(two / one).toFixed(2)}`,
    );
  }
  return holds;
}
