import { rejects } from "node:assert/strict";
import { compileRuntime } from "../../src/inference/runtime.ts";
import { openSession } from "../../src/inference/session.ts";
import { floats } from "../../src/model/import/onnx/graph.ts";
import { windowAttributes } from "../../src/model/import/onnx/window.ts";
import { writeOnnx } from "../../src/model/import/onnx/write.ts";
import { patchInput } from "../patch_input.ts";

Deno.test("a run whose output is NaN or infinite fails, and does not count as no mitosis", async () => {
  for (const bias of [NaN, Infinity]) {
    const session = await openSession({
      runtime: await compileRuntime(),
      network: networkWithBias(bias),
      input: patchInput,
      output: { name: "logit", kind: "logit" },
    });
    try {
      const patch = { count: 1, width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) };
      await rejects(() => session.run(patch), { code: "internal", message: /not a finite number/ });
    } finally {
      await session.close();
    }
  }
});

/** Writes a network of one convolution over the whole patch. */
function networkWithBias(bias: number): Uint8Array {
  const size = [64, 64] as const;
  const window = { kernel: size, strides: size, dilations: [1, 1], pads: [0, 0, 0, 0] } as const;
  return writeOnnx({
    input: {
      name: "input",
      layout: "NCHW",
      dims: [3, 64, 64],
      scale: [1 / 127.5],
      offset: [-1],
    },
    output: "logit",
    nodes: [{
      op: "Conv",
      inputs: ["input", "kernel", "bias"],
      output: "logit",
      attributes: windowAttributes(window),
    }],
    constants: new Map([
      ["kernel", floats([1, 3, 64, 64], new Array(3 * 64 * 64).fill(0))],
      ["bias", floats([1], [bias])],
    ]),
  }, { producer: "test", producerVersion: "0", metadata: {}, anySize: true });
}
