import { ok } from "node:assert/strict";
import { readKerasFile } from "../../../../src/model/import/keras/hdf5.ts";
import { preprocessings } from "../../../../src/model/import/keras/preprocessing.ts";
import { readLayers } from "../../../../src/model/import/keras/read_layers.ts";
import { buildGraph } from "../../../../src/model/import/onnx/build.ts";
import { optimize } from "../../../../src/model/import/onnx/optimize.ts";
import { customResNet, everyLayer, resNet50, vgg } from "./families.ts";
import { kerasHdf5, type Spelling } from "./keras_hdf5.ts";
import type { TestNetwork } from "./network.ts";
import { calibrated, farthest, runDirectly, runGraph } from "./run.ts";

const families: Record<string, () => TestNetwork> = {
  "the custom ResNet for 64 px": () => customResNet(64, 8),
  "the custom ResNet for 100 px": () => customResNet(100, 8),
  "the custom ResNet for 128 px": () => customResNet(128, 8),
  "VGG16": () => vgg(16, 64, 4),
  "VGG19": () => vgg(19, 64, 4),
  "ResNet-50": () => resNet50(64, 8),
  "a network of every layer": everyLayer,
};
const spellings: readonly Spelling[] = ["keras 2", "keras 3"];
const patches = 4;

/** ResNet-50 is 53 convolutions deep, and random weights amplify the rounding of float32 on the way. */
const tolerances: Record<string, number> = { "ResNet-50": 1e-4 };

for (const [name, make] of Object.entries(families)) {
  Deno.test(`${name} answers as a direct evaluation of its Keras description`, async (t) => {
    const network = name.includes("every layer") ? make() : calibrated(make(), patches);
    const tolerance = tolerances[name] ?? 1e-5;
    const expected = runDirectly(network, patches);
    for (const spelling of spellings) {
      await t.step(`spelled as in ${spelling}`, async () => {
        const file = await readKerasFile(await kerasHdf5(network, spelling), "test.h5");
        const straight = buildGraph(readLayers(file), preprocessings.tf);
        const answers = await runGraph(straight, patches);
        ok(farthest(answers, expected) < tolerance, `${answers} instead of ${expected}`);
        ok(Math.max(...expected) - Math.min(...expected) > 0.01, `they hardly differ: ${expected}`);
        const optimized = optimize(straight).at(-1)?.graph ?? straight;
        const faster = await runGraph(optimized, patches);
        ok(farthest(faster, expected) < tolerance, `optimized: ${faster} instead of ${expected}`);
        ok(optimized.nodes.length <= straight.nodes.length);
      });
    }
  });
}
