import { ok } from "node:assert/strict";
import { convert } from "../../../src/model/import/conversion.ts";
import { readKerasFile } from "../../../src/model/import/keras/hdf5.ts";
import { PREPROCESSINGS } from "../../../src/model/import/keras/preprocessing.ts";
import { readLayers } from "../../../src/model/import/keras/read_layers.ts";
import { customResNet, everyLayer, resNet50, vgg } from "./keras/families.ts";
import { kerasHdf5, type KerasVersion } from "./keras/keras_hdf5.ts";
import { calibrated, maxDifference, runGraph, runReference } from "./keras/run_test_network.ts";
import type { TestNetwork } from "./keras/test_network.ts";

const NETWORKS: Record<string, () => TestNetwork> = {
  "the custom ResNet for 64 px": () => customResNet(64, 8),
  "the custom ResNet for 100 px": () => customResNet(100, 8),
  "the custom ResNet for 128 px": () => customResNet(128, 8),
  "VGG16": () => vgg(16, 64, 4),
  "VGG19": () => vgg(19, 64, 4),
  "ResNet-50": () => resNet50(64, 8),
  "a network of every layer": everyLayer,
};
const KERAS_VERSIONS: readonly KerasVersion[] = ["keras 2", "keras 3"];
const PATCHES = 4;

/** ResNet-50 has 53 convolutions in a row, and its random weights amplify the rounding of float32. */
const TOLERANCES: Record<string, number> = { "ResNet-50": 1e-4 };

for (const [name, create] of Object.entries(NETWORKS)) {
  Deno.test(`${name} has the probabilities of the reference evaluation`, async (t) => {
    const network = name.includes("every layer") ? create() : calibrated(create(), PATCHES);
    const tolerance = TOLERANCES[name] ?? 1e-5;
    const expected = runReference(network, PATCHES);
    ok(Math.max(...expected) - Math.min(...expected) > 0.01, `all are alike: ${expected}`);
    for (const version of KERAS_VERSIONS) {
      await t.step(`in a file of ${version}`, async () => {
        const file = await readKerasFile(await kerasHdf5(network, version), "test.h5");
        const conversion = convert(readLayers(file), PREPROCESSINGS.tf, {}, { isOptimized: true });
        const [direct, optimized] = [conversion.direct.graph, conversion.final.graph];
        const ofDirect = await runGraph(direct, PATCHES);
        ok(maxDifference(ofDirect, expected) < tolerance, `${ofDirect} instead of ${expected}`);
        const ofOptimized = await runGraph(optimized, PATCHES);
        ok(
          maxDifference(ofOptimized, expected) < tolerance,
          `optimized: ${ofOptimized} instead of ${expected}`,
        );
        ok(optimized.nodes.length <= direct.nodes.length);
      });
    }
  });
}
