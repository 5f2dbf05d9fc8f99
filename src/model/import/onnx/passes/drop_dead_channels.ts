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
import { type Channel, type Origins, originsOf } from "../origins.ts";
import { channelsOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * A weight this much smaller than the largest of its layer adds nothing to a float32 sum: the rounding
 * of float32 is 6e-8, and this leaves twelve more digits for what it is multiplied with.
 */
const negligible = 1e-20;

/**
 * Removes channels that carry nothing: those that are zero whatever the image is, and those that nothing
 * reads. Training with weight decay leaves many: of the last 128 channels of IBM's network, 103 have
 * weights around 1e-30.
 */
export const dropDeadChannels: Pass = {
  title: "drop dead channels",
  apply(graph) {
    const origins = originsOf(graph);
    const dead = deadChannels(graph, origins);
    return dead.size === 0 ? graph : this.apply(without(graph, origins, dead));
  },
};

const key = ({ maker, channel }: Channel) => `${channel} ${maker}`;

/** Output channels of convolutions that may be left out; one of each is kept. */
function deadChannels(graph: Graph, { channels, free }: Origins): Set<string> {
  const read = readChannels(graph, channels);
  const dead = new Set<string>();
  for (const conv of graph.nodes.filter(({ output }) => free.has(output))) {
    const own = channels.get(conv.output) ?? [];
    const idle = own.filter((made) => !read.has(key(made)) || isZero(graph, conv, made.channel));
    for (const made of idle.slice(0, own.length - 1)) dead.add(key(made));
  }
  return dead;
}

/** Channels that some convolution reads with a weight that counts. */
function readChannels(graph: Graph, channels: Origins["channels"]): Set<string> {
  const read = new Set<string>();
  for (const conv of graph.nodes.filter(({ op }) => op === "Conv")) {
    const columns = channels.get(conv.inputs[0] ?? "") ?? [];
    const weights = floatsOf(graph, conv.inputs[1]);
    const least = largest(weights) * negligible;
    const size = weights.length / channelsOf(graph, conv).outputs / columns.length;
    weights.forEach((weight, i) => {
      const column = columns[Math.floor(i / size) % columns.length];
      if (column !== undefined && Math.abs(weight) > least) read.add(key(column));
    });
  }
  return read;
}

/** Whether the channel is zero, or negative with a `Relu` as the only reader. */
function isZero(graph: Graph, conv: Node, channel: number): boolean {
  const weights = floatsOf(graph, conv.inputs[1]);
  const biases = floatsOf(graph, conv.inputs[2]);
  const size = weights.length / biases.length;
  const row = weights.subarray(channel * size, (channel + 1) * size);
  if (largest(row) > largest(weights) * negligible) return false;
  const bias = biases[channel] ?? NaN;
  const followers = readers(graph, conv.output);
  const isCut = followers.length > 0 && followers.every(({ op }) => op === "Relu");
  return Math.abs(bias) <= largest(biases) * negligible || (isCut && bias < 0);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The graph without the channels in `dead`. */
function without(graph: Graph, { channels }: Origins, dead: ReadonlySet<string>): Graph {
  const constants = new Map<string, Constant>();
  const replace = new Map<string, readonly Node[]>();
  for (const conv of graph.nodes.filter((node) => node.op === "Conv")) {
    const [image = "", kernelName, biasName] = conv.inputs;
    const { outputs, inputs } = channelsOf(graph, conv);
    const isLive = (made: Channel) => !dead.has(key(made));
    const rows = places(channels.get(conv.output) ?? [], isLive);
    const columns = places(channels.get(image) ?? [], isLive);
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

/** Where in `channels` those stand that are kept. */
function places(channels: readonly Channel[], isKept: (made: Channel) => boolean): number[] {
  return channels.flatMap((made, place) => isKept(made) ? [place] : []);
}
