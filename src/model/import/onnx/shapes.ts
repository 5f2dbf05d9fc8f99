import type { Graph, Node } from "./graph.ts";
import { channelsOf, outputSize, windowOf } from "./window.ts";

/**
 * Returns the shapes of all images in a graph, by the tensor's name: `[channels, rows, columns]`, or
 * `[rows, columns, channels]` for an input in NHWC. Tensors after a `Flatten` have no entry.
 */
export function shapesOf(graph: Graph): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>([[graph.input.name, graph.input.dims]]);
  for (const node of graph.nodes) {
    const operands = node.inputs.flatMap((name) => {
      const shape = shapes.get(name);
      return shape === undefined ? [] : [shape];
    });
    const shape = shapeAfter(graph, node, operands);
    if (shape !== undefined) shapes.set(node.output, shape);
  }
  return shapes;
}

function shapeAfter(
  graph: Graph,
  node: Node,
  operands: readonly (readonly number[])[],
): readonly number[] | undefined {
  const [first] = operands;
  const [channels = 0, rows = 0, columns = 0] = first ?? [];
  if (first?.length !== 3) return undefined;
  switch (node.op) {
    case "Transpose": {
      const { perm } = node.attributes;
      return Array.isArray(perm) ? perm.slice(1).map((axis) => first[axis - 1] ?? NaN) : undefined;
    }
    case "Conv":
    case "MaxPool":
    case "AveragePool": {
      const window = windowOf(node);
      return [
        node.op === "Conv" ? channelsOf(graph, node).outputs : channels,
        outputSize(rows, window, 0),
        outputSize(columns, window, 1),
      ];
    }
    case "Pad": {
      const pads = Array.from(graph.constants.get(node.inputs[1] ?? "")?.data ?? [], Number);
      const [, , top = 0, left = 0, , , bottom = 0, right = 0] = pads;
      return [channels, rows + top + bottom, columns + left + right];
    }
    case "Concat":
      return [operands.reduce((sum, [count = 0]) => sum + count, 0), rows, columns];
    case "GlobalAveragePool":
      return [channels, 1, 1];
    case "Flatten":
    case "Gemm":
      return undefined;
    default:
      return first;
  }
}

/** Counts the multiply-add operations of all convolutions and dense layers for one patch. */
export function multiplyAdds(graph: Graph): number {
  const shapes = shapesOf(graph);
  return graph.nodes.reduce((sum, node) => {
    const weights = graph.constants.get(node.inputs[1] ?? "")?.data.length ?? 0;
    const [, rows = 0, columns = 0] = shapes.get(node.output) ?? [];
    if (node.op === "Conv") return sum + weights * rows * columns;
    return node.op === "Gemm" ? sum + weights : sum;
  }, 0);
}
