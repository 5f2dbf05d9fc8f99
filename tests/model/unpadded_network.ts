import { ok, rejects } from "node:assert/strict";
import { readConfig } from "../../src/config.ts";
import { Problem } from "../../src/errors.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { sha256Of } from "../../src/model/bundle.ts";
import { openSession } from "../../src/inference/session.ts";
import { compileRuntime } from "../../src/inference/runtime.ts";
import { floats, type Graph, type Node } from "../../src/model/import/onnx/graph.ts";
import { OPSET, writeOnnx } from "../../src/model/import/onnx/write.ts";
import { windowAttributes } from "../../src/model/import/onnx/window.ts";
import { selfTestPatch } from "../../src/model/import/self_test_patch.ts";
import { seededRandom } from "../../src/random.ts";
import { patchInput } from "../patch_input.ts";

/** Changes that a test makes to a valid bundle. */
export interface Flaws {
  /** Padding of the middle layer, in pixels of its feature map. */
  readonly padding?: number;
  /** The ONNX file declares an input of 64 x 64 px instead of any size. */
  readonly fixedSize?: boolean;
  /** The manifest claims `orientationInvariant`. */
  readonly claimsInvariant?: boolean;
  /**
   * The manifest's `fullyConvolutional`; by default the true values, and none where it is
   * undefined.
   */
  readonly claims?: { readonly receptiveField: number; readonly stride: number } | undefined;
}

/**
 * Writes the bundle of a small random network without padding: receptive field 64 px, stride 8 px.
 *
 * @returns The folder, which the caller removes after use.
 */
async function unpaddedBundle(flaws: Flaws): Promise<string> {
  const input = patchInput;
  const output = { name: "logit", kind: "logit" } as const;
  const network = writeOnnx(graphOf(flaws), {
    producer: "test",
    producerVersion: "0",
    metadata: {},
    anySize: !flaws.fixedSize,
  });
  const { image, png } = selfTestPatch(64, 64);
  const session = await openSession({ runtime: await compileRuntime(), network, input, output });
  const { data: [probability = NaN] } = await session.run({ count: 1, ...image });
  await session.close();
  const manifest = {
    schemaVersion: 1,
    id: "unpadded",
    name: "Unpadded",
    description: "A random network without padding",
    type: "image_classification",
    license: "none",
    source: "random",
    version: "0",
    network: { file: "n.onnx", sha256: await sha256Of(network), opset: OPSET },
    input,
    output,
    ...("claims" in flaws && flaws.claims === undefined
      ? {}
      : { fullyConvolutional: flaws.claims ?? { receptiveField: 64, stride: 8 } }),
    ...(flaws.claimsInvariant ? { orientationInvariant: true } : {}),
    threshold: 0.5,
    mpp: 0.25,
    trainedOn: ["nothing"],
    quality: [],
    selfTest: { image: "s.png", probability, tolerance: 1e-5 },
  };
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/n.onnx`, network);
  await Deno.writeFile(`${folder}/s.png`, png);
  await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest));
  return folder;
}

/** Loads the bundle with these flaws, calls `use`, and removes the bundle. */
export async function withBundle<T>(
  flaws: Flaws,
  use: (classifier: Classifier) => Promise<T> | T,
): Promise<T> {
  const folder = await unpaddedBundle(flaws);
  const env: Record<string, string> = { MODEL_DIR: folder, INFERENCE_WORKERS: "0" };
  try {
    const classifier = await loadClassifier(readConfig((name) => env[name]));
    try {
      return await use(classifier);
    } finally {
      await classifier.engine.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Loads the bundle with these flaws, which must fail, and returns the message. */
export async function refusal(flaws: Flaws): Promise<string> {
  let message = "";
  await rejects(() => withBundle(flaws, () => {}), (thrown) => {
    ok(thrown instanceof Problem && thrown.code === "model_invalid", String(thrown));
    message = thrown.message;
    return true;
  });
  return message;
}

/** Three convolutions: 4 x 4 with stride 4, 3 x 3 with stride 1, 14 x 14 with stride 2. */
function graphOf({ padding = 0, fixedSize = false }: Flaws): Graph {
  const draw = seededRandom(5);
  const constants = new Map<string, ReturnType<typeof floats>>();
  const conv = (
    [from, to]: [string, string],
    [outputs, inputs, side]: [number, number, number],
    stride: number,
    pad: number,
  ): Node => {
    const scale = 3 / Math.sqrt(inputs * side * side);
    const count = outputs * inputs * side * side;
    constants.set(
      `${to}/kernel`,
      floats(
        [outputs, inputs, side, side],
        Array.from({ length: count }, () => (draw() - 0.5) * scale),
      ),
    );
    constants.set(`${to}/bias`, floats([outputs], Array.from({ length: outputs }, () => draw())));
    const window = {
      kernel: [side, side],
      strides: [stride, stride],
      dilations: [1, 1],
      pads: [pad, pad, pad, pad],
    } as const;
    return {
      op: "Conv",
      inputs: [from, `${to}/kernel`, `${to}/bias`],
      output: to,
      attributes: windowAttributes(window),
    };
  };
  const nodes = [
    conv(["input", "first"], [6, 3, 4], 4, 0),
    { op: "Relu", inputs: ["first"], output: "first/relu", attributes: {} },
    conv(["first/relu", "second"], [8, 6, 3], 1, padding),
    { op: "Relu", inputs: ["second"], output: "second/relu", attributes: {} },
    conv(["second/relu", fixedSize ? "map" : "logit"], [1, 8, 14 + 2 * padding], 2, 0),
    ...(fixedSize
      ? [{ op: "Flatten", inputs: ["map"], output: "logit", attributes: { axis: 1 } }]
      : []),
  ];
  const normalization = { scale: [1 / 127.5], offset: [-1] };
  return {
    input: { name: "input", layout: "NCHW", dims: [3, 64, 64], ...normalization },
    output: "logit",
    nodes,
    constants,
  };
}
