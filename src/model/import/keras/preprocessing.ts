import type { LayerGraph } from "./layers.ts";

/**
 * How pixels of 0 to 255 become a network's input, by the names of Keras' `preprocess_input` modes:
 * `tf` for red, green, blue in -1 to 1; `caffe` for blue, green, red less ImageNet's means.
 */
export type PreprocessingMode = "tf" | "caffe";

/** A mode as numbers: `value * scale + offset`, per channel in `channelOrder`. */
export interface Preprocessing {
  readonly channelOrder: "RGB" | "BGR";
  readonly scale: readonly [number, number, number];
  readonly offset: readonly [number, number, number];
}

/**
 * The two modes as deep-histopath has them: `(x / 255 - 0.5) * 2` for networks trained from scratch, and
 * the means of ImageNet for VGG and ResNet-50 that began with ImageNet's weights.
 */
export const preprocessings: Readonly<Record<PreprocessingMode, Preprocessing>> = {
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
 * The likely mode of a network, by the layer names of Keras' VGG and ResNet-50. The file does not say it:
 * a VGG that was trained from scratch looks the same.
 */
export function likelyPreprocessing({ layers }: LayerGraph): PreprocessingMode {
  const isPretrainedKind = layers.some(({ name }) => /^(block1_conv1|bn_conv1)$/.test(name));
  return isPretrainedKind ? "caffe" : "tf";
}
