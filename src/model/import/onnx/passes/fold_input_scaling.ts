import { type Constant, edit, floats, floatsOf, readers } from "../graph.ts";
import { channelsOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Folds the scale of the input into the weights of the first convolution:
 * `W (s v + o) = (s W) (v + o / s)`. The offset cannot be folded, because no offset is added to the zeros
 * with which the convolution pads its input. For a network that takes -1 to 1, the new input `v + o / s` is
 * `v - 127.5`, which is exact in float32.
 */
export const foldInputScaling: Pass = {
  title: "fold input scaling",
  apply(graph) {
    const { input } = graph;
    const convs = readers(graph, input.name);
    const isScaled = input.scale.some((scale) => scale !== 1) && !input.scale.includes(0);
    if (!isScaled || convs.length === 0 || convs.some(({ op }) => op !== "Conv")) return graph;
    const constants = new Map<string, Constant>();
    const replace = convs.map((conv) => {
      const [image = "", kernel, bias = ""] = conv.inputs;
      const weights = floatsOf(graph, kernel);
      const { outputs, inputs } = channelsOf(graph, conv);
      const perChannel = weights.length / outputs / inputs;
      const name = `${conv.output}/kernel_of_pixels`;
      const scaled = weights.map((weight, i) =>
        weight * (input.scale[Math.floor(i / perChannel) % inputs] ?? NaN)
      );
      constants.set(name, floats(graph.constants.get(kernel ?? "")?.dims ?? [], scaled));
      return [conv.output, [{ ...conv, inputs: [image, name, bias] }]] as const;
    });
    return {
      ...edit(graph, { replace: new Map(replace), constants }),
      input: {
        ...input,
        scale: input.scale.map(() => 1),
        offset: input.offset.map((offset, channel) => offset / (input.scale[channel] ?? NaN)),
      },
    };
  },
};
