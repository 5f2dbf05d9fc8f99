import { deepEqual, ok } from "node:assert/strict";
import { PREPROCESSINGS } from "../../../../../src/model/import/keras/preprocessing.ts";
import { readLayers } from "../../../../../src/model/import/keras/read_layers.ts";
import { buildGraph } from "../../../../../src/model/import/onnx/build.ts";
import type { Graph } from "../../../../../src/model/import/onnx/graph.ts";
import { composeShortcuts } from "../../../../../src/model/import/onnx/passes/compose_shortcuts.ts";
import { dropDeadChannels } from "../../../../../src/model/import/onnx/passes/drop_dead_channels.ts";
import { dropNoOps } from "../../../../../src/model/import/onnx/passes/drop_no_ops.ts";
import { foldBatchNorm } from "../../../../../src/model/import/onnx/passes/fold_batch_norm.ts";
import { foldInputScaling } from "../../../../../src/model/import/onnx/passes/fold_input_scaling.ts";
import { foldPadding } from "../../../../../src/model/import/onnx/passes/fold_padding.ts";
import { globalAverage } from "../../../../../src/model/import/onnx/passes/global_average.ts";
import { mergeSums } from "../../../../../src/model/import/onnx/passes/merge_sums.ts";
import type { Pass } from "../../../../../src/model/import/onnx/passes/pass.ts";
import { planarInput } from "../../../../../src/model/import/onnx/passes/planar_input.ts";
import { reluToMax } from "../../../../../src/model/import/onnx/passes/relu_to_max.ts";
import { restoreStrides } from "../../../../../src/model/import/onnx/passes/restore_strides.ts";
import { subsampleEarly } from "../../../../../src/model/import/onnx/passes/subsample_early.ts";
import { multiplyAdds } from "../../../../../src/model/import/onnx/shapes.ts";
import { kerasFileOf } from "../../keras/keras_hdf5.ts";
import { TestNetwork } from "../../keras/test_network.ts";
import { calibrated, maxDifference, runGraph } from "../../keras/run_test_network.ts";

const PATCHES = 12;

/** Returns the direct conversion of a small network; appends an average and a single output to it. */
function graphOf(build: (network: TestNetwork) => string): Graph {
  const network = new TestNetwork(3);
  const features = build(network);
  const average = network.pool("Average", features, network.shapeOf(features)[0] ?? 1);
  network.flatten(network.conv(average, 1, 1));
  const { tf } = PREPROCESSINGS;
  return buildGraph(readLayers(kerasFileOf(calibrated(network, PATCHES))), tf);
}

/**
 * Applies passes in order, checks that the probabilities stay the same, and returns the last graph.
 */
async function applyPasses(graph: Graph, ...passes: Pass[]): Promise<Graph> {
  const before = await runGraph(graph, PATCHES);
  ok(Math.max(...before) - Math.min(...before) > 0.1, `all probabilities are alike: ${before}`);
  const after = passes.reduce((current, pass) => pass.apply(current), graph);
  const difference = maxDifference(await runGraph(after, PATCHES), before);
  ok(difference < 5e-6, `the probabilities changed by ${difference}`);
  return after;
}

/** Counts the nodes of an operator. */
function count(graph: Graph, op: string): number {
  return graph.nodes.filter((node) => node.op === op).length;
}

Deno.test("planarInput changes the input to NCHW and removes the Transpose", async () => {
  const graph = graphOf((n) => n.conv(n.input(12), 4, 3));
  const after = await applyPasses(graph, planarInput);
  deepEqual([count(graph, "Transpose"), count(after, "Transpose")], [1, 0]);
  deepEqual([after.input.layout, after.input.dims], ["NCHW", [3, 12, 12]]);
});

Deno.test("foldInputScaling leaves only an offset, and keeps the result of zero padding", async () => {
  const graph = graphOf((n) => n.conv(n.input(12), 4, 3, { padding: "same" }));
  const after = await applyPasses(graph, planarInput, foldInputScaling);
  deepEqual([after.input.scale, after.input.offset], [[1, 1, 1], [-127.5, -127.5, -127.5]]);
});

Deno.test("dropNoOps removes dropout and a second Relu", async () => {
  const graph = graphOf((n) => n.dropout(n.relu(n.relu(n.conv(n.input(12), 4, 3)))));
  const after = await applyPasses(graph, dropNoOps);
  deepEqual([count(after, "Identity"), count(after, "Relu")], [0, 1]);
});

Deno.test("foldPadding folds a Pad into the convolution that reads it, also with uneven sides", async () => {
  const graph = graphOf((n) => n.conv(n.zeroPadding(n.input(12), [0, 1], [2, 1]), 4, 3));
  deepEqual(count(await applyPasses(graph, foldPadding), "Pad"), 0);
});

Deno.test("foldPadding keeps a Pad that a pooling reads", () => {
  const graph = graphOf((n) => n.pool("Max", n.zeroPadding(n.input(12), [1, 1], [1, 1]), 2));
  deepEqual(foldPadding.apply(graph), graph);
});

Deno.test("foldBatchNorm folds a batch norm into the convolution before it", async () => {
  const graph = graphOf((n) => n.relu(n.batchNorm(n.conv(n.input(12), 4, 3))));
  deepEqual(count(await applyPasses(graph, foldBatchNorm), "BatchNormalization"), 0);
});

Deno.test("foldBatchNorm keeps a batch norm whose convolution has another reader", async () => {
  const graph = graphOf((n) => {
    const x = n.conv(n.input(12), 4, 3);
    return n.add(n.batchNorm(x), x);
  });
  deepEqual(count(await applyPasses(graph, foldBatchNorm), "BatchNormalization"), 1);
});

/**
 * Builds two pre-activation residual blocks. The second has stride 2 in two of its 1 x 1
 * convolutions.
 */
function residual(n: TestNetwork, size = 13): string {
  let x = n.conv(n.input(size), 8, 3, { padding: "same", strides: 2 });
  for (const strides of [1, 2]) {
    const a = n.conv(n.relu(n.batchNorm(x)), 4, 1, { strides });
    const b = n.conv(n.relu(n.batchNorm(a)), 4, 3, { padding: "same" });
    const c = n.conv(n.relu(n.batchNorm(b)), 16, 1);
    x = n.add(c, n.conv(x, 16, 1, { strides }));
  }
  return n.relu(n.batchNorm(x));
}

for (const size of [13, 16, 18]) {
  Deno.test(`subsampleEarly saves more than a tenth of the multiply-adds, at ${size} px`, async () => {
    const graph = graphOf((n) => residual(n, size));
    const after = await applyPasses(graph, foldBatchNorm, subsampleEarly);
    ok(multiplyAdds(after) < 0.9 * multiplyAdds(graph));
  });
}

Deno.test("restoreStrides folds a subsampling node into the convolution that is its only reader", async () => {
  const graph = graphOf((n) => {
    const x = n.relu(n.conv(n.input(13), 4, 3));
    return n.add(n.conv(x, 4, 1, { strides: 2 }), n.pool("Max", x, 1, { strides: 2 }));
  });
  const exposed = subsampleEarly.apply(graph);
  const after = await applyPasses(graph, subsampleEarly, restoreStrides);
  ok(count(after, "MaxPool") <= count(exposed, "MaxPool"));
});

Deno.test("mergeSums merges two convolutions that are added", async () => {
  const graph = graphOf((n) => {
    const x = n.relu(n.conv(n.input(12), 4, 3));
    return n.add(
      n.conv(x, 6, 1),
      n.conv(n.pool("Max", x, 3, { strides: 1, padding: "same" }), 6, 1),
    );
  });
  const after = await applyPasses(graph, mergeSums);
  deepEqual([count(after, "Add"), count(graph, "Conv") - count(after, "Conv")], [0, 1]);
});

Deno.test("composeShortcuts leaves a batch norm as the only reader of each sum, so that it can be folded", async () => {
  const graph = graphOf(residual);
  const before = [foldBatchNorm, subsampleEarly, mergeSums];
  const after = await applyPasses(graph, ...before, composeShortcuts, foldBatchNorm);
  ok(count(after, "BatchNormalization") <= 1, `${count(after, "BatchNormalization")} remain`);
});

Deno.test("dropDeadChannels removes channels that are zero, and channels that nothing reads", async () => {
  const network = new TestNetwork(3);
  const a = network.relu(network.conv(network.input(12), 8, 3, { padding: "same" }));
  const b = network.relu(network.conv(a, 8, 3, { padding: "same" }));
  const average = network.pool("Average", b, 12);
  network.flatten(network.conv(average, 1, 1));
  calibrated(network, PATCHES);
  const [first, second] = network.layers.filter(({ className }) => className === "Conv2D");
  const kernels = [first?.weights["kernel"]?.data, second?.weights["kernel"]?.data];
  // Channel 2 of the first convolution is zero after its Relu. The second does not read channel 5.
  kernels[0]?.forEach((_, i, data) => i % 8 === 2 && (data[i] = 1e-31));
  first?.weights["bias"]?.data.fill(-1e-3, 2, 3);
  kernels[1]?.forEach((_, i, data) => Math.floor(i / 8) % 8 === 5 && (data[i] = 1e-31));
  const graph = buildGraph(readLayers(kerasFileOf(network)), PREPROCESSINGS.tf);
  const after = await applyPasses(graph, dropDeadChannels);
  const kernelDims = after.nodes.filter(({ op }) => op === "Conv")
    .map(({ inputs }) => after.constants.get(inputs[1] ?? "")?.dims);
  deepEqual(kernelDims.slice(0, 2), [[6, 3, 3, 3], [8, 6, 3, 3]]);
});

Deno.test("globalAverage replaces an average over the whole image", async () => {
  const graph = graphOf((n) => n.relu(n.conv(n.input(12), 4, 3)));
  const after = await applyPasses(graph, globalAverage);
  deepEqual([count(after, "AveragePool"), count(after, "GlobalAveragePool")], [0, 1]);
});

Deno.test("reluToMax replaces a Relu that cannot be fused, and keeps others", async () => {
  const graph = graphOf((n) => {
    const x = n.relu(n.conv(n.input(12), 4, 3));
    return n.relu(n.add(n.conv(x, 4, 1), x));
  });
  const after = await applyPasses(graph, reluToMax);
  deepEqual([count(after, "Relu"), count(after, "Max")], [1, 1]);
});
