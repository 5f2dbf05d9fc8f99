import type { Graph } from "./graph.ts";
import { composeShortcuts } from "./passes/compose_shortcuts.ts";
import { dropDeadChannels } from "./passes/drop_dead_channels.ts";
import { dropNoOps } from "./passes/drop_no_ops.ts";
import { fastRelu } from "./passes/fast_relu.ts";
import { foldBatchNorm } from "./passes/fold_batch_norm.ts";
import { foldInputScaling } from "./passes/fold_input_scaling.ts";
import { foldPadding } from "./passes/fold_padding.ts";
import { globalAverage } from "./passes/global_average.ts";
import { mergeSums } from "./passes/merge_sums.ts";
import type { Pass } from "./passes/pass.ts";
import { planarInput } from "./passes/planar_input.ts";
import { restoreStrides } from "./passes/restore_strides.ts";
import { subsampleEarly } from "./passes/subsample_early.ts";

/**
 * All passes in the order in which they are applied. Folding comes twice: first to lay bare convolutions
 * that are added, then for the batch norms that the passes between have left alone with a convolution.
 */
export const passes: readonly Pass[] = [
  planarInput,
  dropNoOps,
  foldPadding,
  foldInputScaling,
  foldBatchNorm,
  subsampleEarly,
  mergeSums,
  composeShortcuts,
  foldBatchNorm,
  dropDeadChannels,
  restoreStrides,
  globalAverage,
  fastRelu,
];

/** The graph after one pass. */
export interface Step {
  readonly title: string;
  readonly graph: Graph;
}

/** Applies all {@linkcode passes}; the last step's graph is the result. Passes that change nothing are left out. */
export function optimize(graph: Graph): Step[] {
  const steps: Step[] = [];
  let current = graph;
  for (const pass of passes) {
    const next = pass.apply(current);
    if (next !== current) steps.push({ title: pass.title, graph: next });
    current = next;
  }
  return steps;
}
