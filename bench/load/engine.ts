import { readConfig } from "../../src/config.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import { loadClassifier } from "../../src/patch/load.ts";

/** What two Workers have to give of twice one Worker, where both cores are theirs. */
const LEAST = 1.7;

/**
 * Throughput of the Workers alone, decoded patches in and probabilities out: what one and two of them
 * give where no HTTP and no load generator takes a share of the cores.
 */
export async function compareEngines(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  const image = decodePng(patch);
  let good = true;
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
    good &&= two / one >= LEAST;
    console.log(
      `Workers alone, batches of ${images}: 1 gives ${one.toFixed(0)} patches/s, 2 give ` +
        `${two.toFixed(0)}, ${(two / one).toFixed(2)} times`,
    );
  }
  return good;
}
