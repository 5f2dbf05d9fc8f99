import {
  type Constant,
  edit,
  floats,
  floatsOf,
  freshName,
  type Graph,
  type Node,
  readers,
} from "../graph.ts";
import { type Channel, type ChannelSources, findChannelSources } from "../channel_sources.ts";
import { channelsOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Weights below this fraction of the layer's largest weight count as zero. They cannot change a
 * float32 sum, whose relative rounding error is 6e-8, unless their inputs are 1e12 times as large
 * as the others.
 */
const NEGLIGIBLE = 1e-20;

/**
 * Removes dead channels: channels that are zero for every image, and channels that nothing reads.
 * Training with weight decay leaves many of them. Of the last 128 channels of IBM's network, 103
 * have weights around 1e-30.
 */
export const dropDeadChannels: Pass = {
  title: "drop dead channels",
  apply(graph) {
    const sources = findChannelSources(graph);
    const dead = findDeadChannels(graph, sources);
    return dead.size === 0 ? graph : this.apply(removeChannels(graph, sources, dead));
  },
};

/** Returns a key of a channel for sets. */
const keyOf = ({ source, channel }: Channel) => `${channel} ${source}`;

/** Finds the dead channels of all convolutions. At least one channel of each convolution is kept. */
function findDeadChannels(graph: Graph, { channels, prunable }: ChannelSources): Set<string> {
  const read = findReadChannels(graph, channels);
  const dead = new Set<string>();
  for (const conv of graph.nodes.filter(({ output }) => prunable.has(output))) {
    const own = channels.get(conv.output) ?? [];
    const unused = own.filter((channel) =>
      !read.has(keyOf(channel)) || isZero(graph, conv, channel.channel)
    );
    for (const channel of unused.slice(0, own.length - 1)) dead.add(keyOf(channel));
  }
  return dead;
}

/** Finds the channels that some convolution reads with a weight that is not negligible. */
function findReadChannels(graph: Graph, channels: ChannelSources["channels"]): Set<string> {
  const read = new Set<string>();
  for (const conv of graph.nodes.filter(({ op }) => op === "Conv")) {
    const columns = channels.get(conv.inputs[0] ?? "") ?? [];
    const weights = floatsOf(graph, conv.inputs[1]);
    const minWeight = maxAbsolute(weights) * NEGLIGIBLE;
    const size = weights.length / channelsOf(graph, conv).outputs / columns.length;
    weights.forEach((weight, i) => {
      const column = columns[Math.floor(i / size) % columns.length];
      if (column !== undefined && Math.abs(weight) > minWeight) read.add(keyOf(column));
    });
  }
  return read;
}

/** Reports whether a channel is always zero, or always negative and only read by a `Relu`. */
function isZero(graph: Graph, conv: Node, channel: number): boolean {
  const weights = floatsOf(graph, conv.inputs[1]);
  const biases = floatsOf(graph, conv.inputs[2]);
  const size = weights.length / biases.length;
  const row = weights.subarray(channel * size, (channel + 1) * size);
  if (maxAbsolute(row) > maxAbsolute(weights) * NEGLIGIBLE) return false;
  const bias = biases[channel] ?? NaN;
  const channelReaders = readers(graph, conv.output);
  const isClipped = channelReaders.length > 0 &&
    channelReaders.every(({ op }) => op === "Relu");
  return Math.abs(bias) <= maxAbsolute(biases) * NEGLIGIBLE || (isClipped && bias < 0);
}

function maxAbsolute(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/** Removes the channels in `dead` from the graph. */
function removeChannels(
  graph: Graph,
  { channels }: ChannelSources,
  dead: ReadonlySet<string>,
): Graph {
  const constants = new Map<string, Constant>();
  const replace = new Map<string, readonly Node[]>();
  for (const conv of graph.nodes.filter((node) => node.op === "Conv")) {
    const [image = "", kernelName, biasName] = conv.inputs;
    const { outputs, inputs } = channelsOf(graph, conv);
    const isLive = (channel: Channel) => !dead.has(keyOf(channel));
    const rows = indicesOf(channels.get(conv.output) ?? [], isLive);
    const columns = indicesOf(channels.get(image) ?? [], isLive);
    if (rows.length === outputs && columns.length === inputs) continue;
    const kernel = floatsOf(graph, kernelName);
    const [, , ...window] = graph.constants.get(kernelName ?? "")?.dims ?? [];
    const size = kernel.length / outputs / inputs;
    const kept = rows.flatMap((row) =>
      columns.flatMap((column) => {
        const at = (row * inputs + column) * size;
        return [...kernel.subarray(at, at + size)];
      })
    );
    const biases = floatsOf(graph, biasName);
    const names = ["kernel", "bias"].map((role) => freshName(graph, `${conv.output}/live_${role}`));
    const [liveKernel = "", liveBias = ""] = names;
    constants.set(liveKernel, floats([rows.length, columns.length, ...window], kept));
    constants.set(liveBias, floats([rows.length], rows.map((row) => biases[row] ?? NaN)));
    replace.set(conv.output, [{ ...conv, inputs: [image, liveKernel, liveBias] }]);
  }
  return edit(graph, { replace, constants });
}

/** Returns the indices of the channels that are kept. */
function indicesOf(channels: readonly Channel[], isKept: (channel: Channel) => boolean): number[] {
  return channels.flatMap((channel, index) => isKept(channel) ? [index] : []);
}
