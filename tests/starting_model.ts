import { shared } from "./optional.ts";
import { patchInput } from "./patch_input.ts";

/** A model bundle in a temporary folder, which is removed at the end of the scope. */
export interface TemporaryBundle extends AsyncDisposable {
  readonly path: string;
}

/**
 * Creates a bundle of the model that this project started with. Its probabilities for the labeled patches
 * were computed with PyTorch. The facts of its manifest, with the probability of IBM's patch, are from
 * `starting-model/README.md` in the shared folder.
 */
export async function startingModel(): Promise<TemporaryBundle> {
  const path = await Deno.makeTempDir();
  await Deno.copyFile(`${shared}/starting-model/mitosis.onnx`, `${path}/mitosis.onnx`);
  await Deno.copyFile(`${shared}/ibm-max/true.png`, `${path}/true.png`);
  await Deno.writeTextFile(`${path}/manifest.json`, JSON.stringify(manifest));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const manifest = {
  schemaVersion: 1,
  id: "starting-model",
  name: "Starting model",
  description: "The model that this project started with.",
  type: "image_classification",
  license: "Apache-2.0",
  source: "Trained for this project",
  version: "0.0.1",
  network: {
    file: "mitosis.onnx",
    sha256: "99bf366864aa71c3af46b82524e879642dffcedddd1b9b0cf7662d9a5bd8c784",
    opset: 13,
  },
  input: patchInput,
  output: { name: "probability", kind: "probability" },
  threshold: 0.5,
  mpp: 0.25,
  trainedOn: ["AMi-Br", "AtNorM-MD", "BreCaHAD"],
  quality: [],
  selfTest: { image: "true.png", probability: 0.9911258, tolerance: 1e-6 },
};
