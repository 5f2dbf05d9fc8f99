import type { Graph } from "./graph.ts";
import { composeShortcuts } from "./passes/compose_shortcuts.ts";
import { dropDeadChannels } from "./passes/drop_dead_channels.ts";
import { dropNoOps } from "./passes/drop_no_ops.ts";
import { foldBatchNorm } from "./passes/fold_batch_norm.ts";
import { foldInputScaling } from "./passes/fold_input_scaling.ts";
import { foldPadding } from "./passes/fold_padding.ts";
import { globalAverage } from "./passes/global_average.ts";
import { mergeSums } from "./passes/merge_sums.ts";
import type { Pass } from "./passes/pass.ts";
import { planarInput } from "./passes/planar_input.ts";
import { reluToMax } from "./passes/relu_to_max.ts";
import { restoreStrides } from "./passes/restore_strides.ts";
import { subsampleEarly } from "./passes/subsample_early.ts";

/**
 * All graph optimization passes, in the order in which they are applied. Batch norms are folded
 * twice. The first time exposes sums of convolutions to `mergeSums`. The second time folds the
 * batch norms that `composeShortcuts` made the only readers of a convolution.
 */
export const PASSES: readonly Pass[] = [
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
  reluToMax,
];

/** A pass that changed the graph, and the graph after it. */
export interface Step {
  readonly title: string;
  readonly graph: Graph;
}

/**
 * Applies all {@linkcode PASSES}.
 *
 * @returns The passes that changed the graph. The graph of the last one is the optimized graph.
 */
export function optimize(graph: Graph): Step[] {
  const steps: Step[] = [];
  let current = graph;
  for (const pass of PASSES) {
    const next = pass.apply(current);
    if (next !== current) steps.push({ title: pass.title, graph: next });
    current = next;
  }
  return steps;
}
