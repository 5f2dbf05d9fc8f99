import { formWith } from "../../tests/service.ts";
import { startProgram } from "../../tests/program.ts";
import { decodePatch } from "../../src/patch/decode_patch.ts";
import { imagesOfForm } from "../../src/http/form.ts";
import { measure } from "./measure.ts";

const MOST = 0.35;
const ROUNDS = 2000;

/**
 * What HTTP, the form and decoding cost beside one inference. HTTP is measured with the service's one
 * serving thread fully busy: a patch of two bytes takes the whole way, socket and log included, and is
 * refused where a good one would be decoded.
 *
 * @param modelDir The bundle whose inference it is compared with.
 */
export async function costBesideInference(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  await using program = await startProgram([], { INFERENCE_WORKERS: "1", MODEL_DIR: modelDir });
  const response = new Response(formWith(patch));
  const contentType = response.headers.get("content-type") ?? "";
  const form = new Uint8Array(await response.arrayBuffer());
  await measure(program, patch, { seconds: 2, connections: 4 });
  const before = await inference(program.url);
  await measure(program, form, {
    seconds,
    connections: 4,
    headers: { "content-type": contentType },
  });
  const after = await inference(program.url);
  const one = (after.sum - before.sum) / (after.count - before.count) * 1000;
  const cut = patch.slice(0, 2);
  await measure(program, cut, { seconds: 2, connections: 8 });
  const refused = await measure(program, cut, { seconds, connections: 8 });
  const http = seconds * 1000 / (refused.statuses["400"] ?? NaN);
  const parse = await timed(() => imagesOfForm(form, contentType, 256));
  const decode = await timed(() => decodePatch(patch, { width: 64, height: 64 }));
  const share = (http + parse + decode) / one;
  console.log(
    `HTTP ${http.toFixed(3)} ms, form ${parse.toFixed(3)} ms, decoding ${decode.toFixed(3)} ms; ` +
      `one inference ${one.toFixed(2)} ms (batch 1, in its Worker, ${
        modelDir || "embedded model"
      }): ` +
      `${share.toFixed(2)} of it, at most ${MOST} wanted`,
  );
  return share <= MOST;
}

async function inference(url: string): Promise<{ readonly sum: number; readonly count: number }> {
  const text = await (await fetch(`${url}metrics`)).text();
  const value = (name: string) =>
    Number(new RegExp(`^mitosis_inference_seconds_${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { sum: value("sum"), count: value("count") };
}

/** Milliseconds of one call, averaged. */
async function timed(run: () => unknown): Promise<number> {
  for (let i = 0; i < ROUNDS; i++) await run();
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) await run();
  return (performance.now() - start) / ROUNDS;
}
