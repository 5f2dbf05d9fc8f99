import type { LayerGraph } from "./layers.ts";

/**
 * How pixels of 0 to 255 are converted to a network's input, by the names of Keras'
 * `preprocess_input` modes: `tf` is RGB, scaled to -1 to 1; `caffe` is BGR minus ImageNet's means.
 */
export type PreprocessingMode = "tf" | "caffe";

/** The numbers of a mode: input = `value * scale + offset`, per channel, in `channelOrder`. */
export interface Preprocessing {
  readonly channelOrder: "RGB" | "BGR";
  readonly scale: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

/**
 * The two modes of deep-histopath: `tf` is `(x / 255 - 0.5) * 2`, for networks trained from scratch;
 * `caffe` subtracts ImageNet's means, for VGG and ResNet-50 that were pretrained on ImageNet.
 */
export const PREPROCESSINGS: Readonly<Record<PreprocessingMode, Preprocessing>> = {
  tf: {
    channelOrder: "RGB",
    scale: [2 / 255, 2 / 255, 2 / 255],
    offset: [-1, -1, -1],
  },
  caffe: {
    channelOrder: "BGR",
    scale: [1, 1, 1],
    offset: [-103.939, -116.779, -123.68],
  },
};

/**
 * Guesses the mode of a network by its layer names: `caffe` for Keras' VGG and ResNet-50, else
 * `tf`. The file does not contain the mode, so the guess is wrong for a VGG that was trained from
 * scratch.
 */
export function guessPreprocessing({ layers }: LayerGraph): PreprocessingMode {
  const isVggOrResNet = layers.some(({ name }) => /^(block1_conv1|bn_conv1)$/.test(name));
  return isVggOrResNet ? "caffe" : "tf";
}
