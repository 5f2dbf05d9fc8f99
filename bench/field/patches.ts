import { predictPatches } from "../../src/patch/predict.ts";
import { startProgram } from "../../tests/program.ts";
import { median } from "../statistics.ts";
import { type Bench, milliseconds, search, tiledPng } from "./search.ts";

const PATCHES = 1000;
/** Patches in one request. */
const PATCHES_PER_REQUEST = 100;
/** Side of the field, in pixels. */
const SIDE = 2000;
const ROUNDS = 5;

/** A way to call the model: directly or over HTTP. */
interface Access {
  readonly name: string;
  readonly predict: (files: readonly Uint8Array<ArrayBuffer>[]) => Promise<unknown>;
  readonly detect: (file: Uint8Array<ArrayBuffer>) => Promise<unknown>;
}

/** Compares the time for a field of 4 million pixels with that for 1,000 patches, in turn. */
export async function comparePatches({ classifier, opener, fields }: Bench): Promise<void> {
  const sample = new URL("../../model/samples/interphase.png", import.meta.url);
  const patches = Array<Uint8Array<ArrayBuffer>>(PATCHES_PER_REQUEST).fill(
    await Deno.readFile(sample),
  );
  await using program = await startProgram([], {
    INFERENCE_WORKERS: "2",
    LOG_FORMAT: "none",
    MODEL_DIR: Deno.env.get("MODEL_DIR") ?? "",
  });
  const accesses: Access[] = [
    {
      name: "in one process",
      predict: (files) => predictPatches(classifier, files),
      detect: (file) => search(classifier, opener, file),
    },
    {
      name: "over HTTP",
      predict: (files) => post(`${program.url}model/predict`, files),
      detect: (file) => post(`${program.url}model/detect`, [file]),
    },
  ];
  for (const { path, image } of fields) {
    const field = tiledPng(image, SIDE);
    for (const { name, predict, detect } of accesses) {
      const ratios: number[] = [];
      const times: [number, number][] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        const patchesMs = await milliseconds(async () => {
          for (let i = 0; i < PATCHES / PATCHES_PER_REQUEST; i++) await predict(patches);
        });
        const fieldMs = await milliseconds(() => detect(field));
        // The first round is the warm-up.
        if (round > 0) {
          times.push([patchesMs, fieldMs]);
          ratios.push(fieldMs / patchesMs);
        }
      }
      const [patchTime, fieldTime] = [0, 1].map((i) => median(times.map((pair) => pair[i] ?? NaN)));
      console.log(
        `${path}, ${name}: ${SIDE} x ${SIDE} px ${fieldTime?.toFixed(0)} ms, ${PATCHES} patches ` +
          `${patchTime?.toFixed(0)} ms, ratio ${median(ratios).toFixed(2)} ` +
          `(${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
      );
    }
  }
}

/** Sends files to the service as a form. */
async function post(url: string, files: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const form = new FormData();
  for (const bytes of files) form.append("image", new File([bytes], "image.png"));
  const response = await fetch(url, { method: "POST", body: form });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}
