import { deepEqual, equal, ok } from "node:assert/strict";
import { readConfig } from "../../../src/config.ts";
import { importWeights } from "../../../src/model/import/import_weights.ts";
import { readWeightsFile } from "../../../src/model/import/weights_file.ts";
import { decodePatch } from "../../../src/patch/decode_patch.ts";
import { loadClassifier } from "../../../src/patch/load.ts";
import { shared, sharedTest } from "../../optional.ts";
import { startProgram } from "../../program.ts";

const WEIGHTS = `${shared}/ibm-max/deep_histopath_model.hdf5`;

/**
 * Imports IBM's weights into a temporary folder in `models/`, which the service is permitted to
 * read.
 */
async function withBundle(isOptimized: boolean, use: (folder: string) => Promise<void>) {
  await Deno.mkdir("models", { recursive: true });
  const parent = await Deno.makeTempDir({ dir: "models" });
  const folder = `${parent}/ibm-max`;
  try {
    const options = { folder, allowUnverified: false, isOptimized, onStep() {} };
    await importWeights(await readWeightsFile(WEIGHTS), options);
    await use(folder);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

for (const isOptimized of [false, true]) {
  const graph = isOptimized ? "the optimized graph" : "the direct conversion";
  sharedTest(
    `${graph} of IBM's network gives the probabilities that PyTorch computed in double precision`,
    async () => {
      await withBundle(isOptimized, async (modelDir) => {
        const set: Record<string, string> = { MODEL_DIR: modelDir, INFERENCE_WORKERS: "0" };
        const classifier = await loadClassifier(readConfig((name) => set[name]));
        const score = async (path: string) => {
          const png = await Deno.readFile(`${shared}/${path}`);
          const [probability = NaN] = await classifier.score([
            decodePatch(png, classifier.bundle.manifest.input),
          ]);
          return probability;
        };
        const sample = await score("ibm-max/true.png");
        const published = 0.9884441494941711;
        if (isOptimized) ok(Math.abs(sample - published) < 1e-6, `${sample}`);
        else equal(sample, published);
        ok(Math.abs(await score("ibm-max/false.png") - 0.0000509) < 1e-7);
        const csv = await Deno.readTextFile(`${shared}/patches/eval64/expected.csv`);
        const rows = csv.trim().split("\n").slice(1).map((line) => line.split(","));
        equal(rows.length, 655);
        for (const [file, ibm] of rows) {
          const probability = await score(`patches/eval64/${file}`);
          ok(Math.abs(probability - Number(ibm)) < 3e-6, `${file}: ${probability}, not ${ibm}`);
        }
        await classifier.engine.close();
      });
    },
  );
}

sharedTest("the service with IBM's bundle has the API of IBM's service", async () => {
  await withBundle(true, async (folder) => {
    await using program = await startProgram([], { MODEL_DIR: folder });
    const get = async (path: string) => await (await fetch(`${program.url}${path}`)).json();
    const metadata = await get("model/metadata");
    const { id, name, description, type, license, source } = metadata;
    deepEqual({ id, name, description, type, license, source }, {
      id: "max breast cancer mitosis detector-keras-model",
      name: "MAX Breast Cancer Mitosis Detector Keras Model",
      description:
        "MAX Breast Cancer Mitosis Detector Keras model trained on TUPAC16 data to detect mitosis",
      type: "image_classification",
      license: "Custom",
      source: "https://developer.ibm.com/exchanges/models/all/max-breast-cancer-mitosis-detector/",
    });
    const swagger = await get("swagger.json");
    equal(swagger.swagger, "2.0");
    equal(swagger.info.title, "MAX Breast Cancer Mitosis Detector");
    const post = async (bytes: Uint8Array<ArrayBuffer>) => {
      const body = new FormData();
      body.append("image", new File([bytes], "patch.png", { type: "image/png" }));
      return await fetch(`${program.url}model/predict`, { method: "POST", body });
    };
    const prediction = await (await post(await Deno.readFile(`${shared}/ibm-max/true.png`))).json();
    equal(prediction.status, "ok");
    ok(Math.abs(prediction.predictions[0].probability - 0.9884441494941711) < 1e-6);
    const large = await post(await Deno.readFile(`${shared}/fields/midesec/P0_00.png`));
    equal(large.status, 400);
    const { message } = await large.json();
    ok(message.startsWith("The input file must be a PNG image of size (64, 64). Got"), message);
  });
});
