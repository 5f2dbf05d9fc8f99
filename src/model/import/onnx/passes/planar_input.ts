import { producer, readers, redirect } from "../graph.ts";
import type { Pass } from "./pass.ts";

/**
 * Changes the input from Keras' NHWC to NCHW, which removes the `Transpose`. The preprocessing can
 * write both layouts at the same cost.
 */
export const planarInput: Pass = {
  title: "planar input",
  apply(graph) {
    const { input } = graph;
    const [transpose, ...others] = readers(graph, input.name);
    if (transpose?.op !== "Transpose" || others.length > 0 || producer(graph, input.name)) {
      return graph;
    }
    const [rows, columns, channels] = input.dims;
    const planar = { ...input, layout: "NCHW", dims: [channels, rows, columns] } as const;
    return { ...redirect(graph, transpose.output, input.name), input: planar };
  },
};
