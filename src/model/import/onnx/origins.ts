import { type Graph, readers } from "./graph.ts";
import { shapesOf } from "./shapes.ts";

/** One output channel of a node. */
export interface Channel {
  /** The node's output. */
  readonly maker: string;
  readonly channel: number;
}

/** Operators that treat channels separately and leave zeros zero. */
const perChannel = new Set(["Relu", "MaxPool", "AveragePool", "GlobalAveragePool"]);

/** Where the channels of a graph's images come from. */
export interface Origins {
  /** For each image, which node made each of its channels, looking through what only hands them on. */
  readonly channels: ReadonlyMap<string, readonly Channel[]>;
  /** Convolutions whose channels reach nothing but convolutions, so that some may be left out. */
  readonly free: ReadonlySet<string>;
}

/** Follows the channels of all images through a graph. */
export function originsOf(graph: Graph): Origins {
  const channels = new Map<string, readonly Channel[]>();
  for (const [tensor, [count]] of shapesOf(graph)) {
    const node = graph.nodes.find(({ output }) => output === tensor);
    const operands = node?.inputs.flatMap((name) => channels.get(name) ?? []);
    const handsOn = node?.op === "Concat" || perChannel.has(node?.op ?? "");
    const own = Array.from({ length: count ?? 0 }, (_, channel) => ({ maker: tensor, channel }));
    channels.set(tensor, handsOn && operands !== undefined ? operands : own);
  }
  const free = new Set(graph.nodes.filter(({ op }) => op === "Conv").map(({ output }) => output));
  for (const [tensor, made] of channels) {
    const isFollowed = readers(graph, tensor).every(({ op }) =>
      op === "Conv" || op === "Concat" || perChannel.has(op)
    );
    if (tensor !== graph.output && isFollowed) continue;
    for (const { maker } of made) free.delete(maker);
  }
  return { channels, free };
}
