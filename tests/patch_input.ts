import type { NetworkInput } from "../src/model/network_input.ts";

const perLevel = 1 / 127.5;

/** The manifest's `input` for a network that takes 64 x 64 RGB patches as `value / 127.5 - 1`. */
export const patchInput: NetworkInput = {
  name: "input",
  width: 64,
  height: 64,
  channelOrder: "RGB",
  layout: "NCHW",
  dtype: "float32",
  normalization: { scale: [perLevel, perLevel, perLevel], offset: [-1, -1, -1] },
};
