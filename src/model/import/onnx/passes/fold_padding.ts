import { edit, type Graph, isOnlyReader, type Node, producer } from "../graph.ts";
import { windowAttributes, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/** Folds a `Pad` with zeros into the padding of the convolution that reads it. */
export const foldPadding: Pass = {
  title: "fold padding",
  apply(graph) {
    const replace = new Map<string, readonly Node[]>();
    for (const conv of graph.nodes.filter((node) => node.op === "Conv")) {
      const [source, ...weights] = conv.inputs;
      const pad = producer(graph, source);
      const sides = pad?.op === "Pad" && pad.inputs.length === 2
        ? spatialPads(graph, pad)
        : undefined;
      const [image] = pad?.inputs ?? [];
      if (pad === undefined || sides === undefined || image === undefined) continue;
      if (!isOnlyReader(graph, pad.output, conv)) continue;
      const window = windowOf(conv);
      const [top, left, bottom, right] = window.pads;
      const pads = [top + sides[0], left + sides[1], bottom + sides[2], right + sides[3]] as const;
      replace.set(conv.output, [{
        ...conv,
        inputs: [image, ...weights],
        attributes: windowAttributes({ ...window, pads }),
      }]);
    }
    return replace.size === 0 ? graph : edit(graph, { replace });
  },
};

/**
 * Returns how many zeros a `Pad` adds at the top, left, bottom and right. Returns undefined if it pads the
 * batch or the channels.
 */
function spatialPads(graph: Graph, pad: Node): [number, number, number, number] | undefined {
  const all = Array.from(graph.constants.get(pad.inputs[1] ?? "")?.data ?? [], Number);
  const [batch, channels, top = 0, left = 0, batchEnd, channelsEnd, bottom = 0, right = 0] = all;
  const onlySpatial = all.length === 8 && !batch && !channels && !batchEnd && !channelsEnd;
  return onlySpatial ? [top, left, bottom, right] : undefined;
}
