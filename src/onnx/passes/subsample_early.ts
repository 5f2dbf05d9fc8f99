import { type Graph, isOnlyReader, type Node, producer, readers, tidy } from "../graph.ts";
import { isDense, isPointwise, windowAttributes, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Computes only the places that are read. A 1 x 1 convolution with stride 2 reads every fourth place of
 * its input; what comes before it, up to the last convolution with a larger kernel, need not compute the
 * other three.
 *
 * Each such stride becomes a node of its own that picks places ({@linkcode subsample}); these nodes move
 * towards the input as long as nothing reads the places that they drop.
 */
export const subsampleEarly: Pass = {
  title: "compute only what is read",
  apply(graph) {
    let current = mergeEqual(exposeStrides(graph));
    if (current === graph) return graph;
    for (let next = step(current); next !== undefined; next = step(current)) {
      current = mergeEqual(next);
    }
    return current;
  },
};

/** Operators that treat every place alike, whatever its neighbours are. */
const pointwise = new Set(["Relu", "Max", "Sigmoid", "Add", "BatchNormalization", "Concat"]);

/** A node that keeps every `strides`-th place: a max pooling whose window is one place. */
export function subsample(source: string, strides: readonly [number, number], output: string): Node {
  const attributes = windowAttributes({
    kernel: [1, 1],
    strides,
    dilations: [1, 1],
    pads: [0, 0, 0, 0],
  });
  return { op: "MaxPool", inputs: [source], output, attributes };
}

/** Whether `node` is a {@linkcode subsample}. */
export function isSubsample(node: Node | undefined): node is Node {
  if (node?.op !== "MaxPool") return false;
  const { kernel, pads } = windowOf(node);
  return [...kernel, ...pads].join() === "1,1,0,0,0,0";
}

function picked(source: string, strides: readonly [number, number]): string {
  return `${source}/every_${strides.join("x")}`;
}

/** Takes the stride out of each 1 x 1 convolution whose input could do with fewer places. */
function exposeStrides(graph: Graph): Graph {
  const strided = graph.nodes.filter((n) => isPointwise(n) && !isDense(n) && n.inputs[0] !== graph.input.name);
  if (strided.length === 0) return graph;
  const nodes = graph.nodes.flatMap((node) => {
    const [source, ...weights] = node.inputs;
    if (!strided.includes(node) || source === undefined) return [node];
    const window = windowOf(node);
    const fewer = picked(source, window.strides);
    return [
      subsample(source, window.strides, fewer),
      {
        ...node,
        inputs: [fewer, ...weights],
        attributes: windowAttributes({ ...window, strides: [1, 1] }),
      },
    ];
  });
  return { ...graph, nodes };
}

/** Several nodes that pick the same places of the same tensor become one. */
function mergeEqual(graph: Graph): Graph {
  const seen = new Set<string>();
  const nodes = graph.nodes.filter((node) => {
    const repeated = seen.has(node.output);
    seen.add(node.output);
    return !repeated;
  });
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes };
}

/** Moves one picking node past the node before it. */
function step(graph: Graph): Graph | undefined {
  for (const pick of graph.nodes.filter(isSubsample)) {
    const before = producer(graph, pick.inputs[0]);
    if (before === undefined || !isOnlyReader(graph, before.output, pick)) continue;
    const { strides } = windowOf(pick);
    if (before.op === "Conv") {
      const window = windowOf(before);
      const both = [window.strides[0] * strides[0], window.strides[1] * strides[1]] as const;
      // A 1 x 1 convolution picks itself; the step after this one moves its stride further up.
      const conv = {
        ...before,
        output: pick.output,
        attributes: windowAttributes({ ...window, strides: both }),
      };
      const moved = swap(graph, pick, [before], [conv]);
      return isPointwise(conv) ? exposeStrides(moved) : moved;
    }
    if (!pointwise.has(before.op)) continue;
    const picks = before.inputs.filter((name) => !graph.constants.has(name))
      .map((name) => subsample(name, strides, picked(name, strides)));
    const inputs = before.inputs.map((name) =>
      graph.constants.has(name) ? name : picked(name, strides)
    );
    return swap(graph, pick, [before], [...picks, { ...before, inputs, output: pick.output }]);
  }
  return undefined;
}

/** The graph with `added` in the place of `pick`, without `removed`. */
function swap(graph: Graph, pick: Node, removed: readonly Node[], added: readonly Node[]): Graph {
  const nodes = graph.nodes.filter((node) => !removed.includes(node))
    .flatMap((node) => node === pick ? added : [node]);
  return tidy(mergeEqual({ ...graph, nodes }));
}

/** Puts the stride back into the 1 x 1 convolutions that alone read what is picked. */
export const restoreStrides: Pass = {
  title: "strides back into convolutions",
  apply(graph) {
    const picks = graph.nodes.filter((node) =>
      isSubsample(node) && readers(graph, node.output).every((reader) => isPointwise(reader)) &&
      readers(graph, node.output).length === 1
    );
    if (picks.length === 0) return graph;
    const nodes = graph.nodes.map((node) => {
      const pick = picks.find(({ output }) => output === node.inputs[0]);
      const [source] = pick?.inputs ?? [];
      if (pick === undefined || source === undefined) return node;
      const window = { ...windowOf(node), strides: windowOf(pick).strides };
      return {
        ...node,
        inputs: [source, ...node.inputs.slice(1)],
        attributes: windowAttributes(window),
      };
    });
    return tidy({ ...graph, nodes });
  },
};
