import { type Graph, readers } from "./graph.ts";
import { shapesOf } from "./shapes.ts";

/** An output channel of a node. */
export interface Channel {
  /** The output tensor of the node that computes the channel. */
  readonly source: string;
  /** Index of the channel in that tensor. */
  readonly channel: number;
}

/** Operators that treat channels separately and map zeros to zeros. */
const PER_CHANNEL_OPS = new Set(["Relu", "MaxPool", "AveragePool", "GlobalAveragePool"]);

/** The sources of the channels of a graph's images. */
export interface ChannelSources {
  /**
   * For each image, the node that computes each of its channels. `Concat` and operators that treat
   * channels separately do not count as sources.
   */
  readonly channels: ReadonlyMap<string, readonly Channel[]>;
  /**
   * The outputs of convolutions whose channels may be removed. Only convolutions read these channels,
   * directly or through operators that keep channels apart.
   */
  readonly prunable: ReadonlySet<string>;
}

/** Traces the channels of all images in a graph back to the nodes that compute them. */
export function findChannelSources(graph: Graph): ChannelSources {
  const channels = new Map<string, readonly Channel[]>();
  for (const [tensor, [count]] of shapesOf(graph)) {
    const node = graph.nodes.find(({ output }) => output === tensor);
    const operands = node?.inputs.flatMap((name) => channels.get(name) ?? []);
    const passesOn = node?.op === "Concat" || PER_CHANNEL_OPS.has(node?.op ?? "");
    const own = Array.from({ length: count ?? 0 }, (_, channel) => ({ source: tensor, channel }));
    channels.set(tensor, passesOn && operands !== undefined ? operands : own);
  }
  const prunable = new Set(
    graph.nodes.filter(({ op }) => op === "Conv").map(({ output }) => output),
  );
  for (const [tensor, sources] of channels) {
    const isTraceable = readers(graph, tensor).every(({ op }) =>
      op === "Conv" || op === "Concat" || PER_CHANNEL_OPS.has(op)
    );
    if (tensor !== graph.output && isTraceable) continue;
    for (const { source } of sources) prunable.delete(source);
  }
  return { channels, prunable };
}
