import { predictPatches } from "../../src/patch/predict.ts";
import { startProgram } from "../../tests/program.ts";
import { median } from "../median.ts";
import { type Bench, milliseconds, repeated, search } from "./search.ts";

const PATCHES = 1000;
const AT_ONCE = 100;
const SIDE = 2000;
const ROUNDS = 5;

/** One way to have patches scored, and a field searched. */
interface Way {
  readonly name: string;
  readonly predict: (files: readonly Uint8Array<ArrayBuffer>[]) => Promise<unknown>;
  readonly detect: (file: Uint8Array<ArrayBuffer>) => Promise<unknown>;
}

/** A field of 4 million pixels against 1,000 patches, both in turn: in this process, and over HTTP. */
export async function comparePatches({ classifier, opener, fields }: Bench): Promise<void> {
  const sample = new URL("../../model/samples/interphase.png", import.meta.url);
  const patches = Array<Uint8Array<ArrayBuffer>>(AT_ONCE).fill(await Deno.readFile(sample));
  await using program = await startProgram([], {
    INFERENCE_WORKERS: "2",
    LOG_FORMAT: "none",
    MODEL_DIR: Deno.env.get("MODEL_DIR") ?? "",
  });
  const ways: Way[] = [
    {
      name: "in one process",
      predict: (files) => predictPatches(classifier, files),
      detect: (file) => search(classifier, opener, file),
    },
    {
      name: "over HTTP",
      predict: (files) => ask(`${program.url}model/predict`, files),
      detect: (file) => ask(`${program.url}model/detect`, [file]),
    },
  ];
  for (const { path, image } of fields) {
    const field = repeated(image, SIDE);
    for (const { name, predict, detect } of ways) {
      const ratios: number[] = [];
      const times: [number, number][] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        const ofPatches = await milliseconds(async () => {
          for (let i = 0; i < PATCHES / AT_ONCE; i++) await predict(patches);
        });
        const ofField = await milliseconds(() => detect(field));
        // The first round finds code that was never run.
        if (round > 0) {
          times.push([ofPatches, ofField]);
          ratios.push(ofField / ofPatches);
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

async function ask(url: string, files: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const form = new FormData();
  for (const bytes of files) form.append("image", new File([bytes], "image.png"));
  const response = await fetch(url, { method: "POST", body: form });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}
