/** An array of weights, with the axes in Keras' order. */
export interface Weights {
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Float64Array;
}

/** Activation function of a layer. */
export type Activation = "linear" | "relu" | "sigmoid";

/** Padding around an image: `valid` is none; for `same`, TensorFlow's rule determines the amount. */
export type Padding = "valid" | "same";

/** `[rows, columns]`. */
export type Pair = readonly [number, number];

/** The operation of a layer. Images are `[height, width, channels]`. */
export type Operation =
  | { readonly kind: "input"; readonly shape: readonly [number, number, number] }
  | {
    readonly kind: "convolution";
    /** `[rows, columns, channels in, channels out]`. */
    readonly kernel: Weights;
    /** One number per output channel. */
    readonly bias: Float64Array;
    readonly strides: Pair;
    readonly dilation: Pair;
    readonly padding: Padding;
    readonly activation: Activation;
  }
  | {
    /** `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, per channel. */
    readonly kind: "batchNormalization";
    readonly gamma: Float64Array;
    readonly beta: Float64Array;
    readonly mean: Float64Array;
    readonly variance: Float64Array;
    readonly epsilon: number;
  }
  | { readonly kind: "activation"; readonly activation: Activation }
  | { readonly kind: "add" }
  | {
    readonly kind: "pooling";
    /** An average includes only pixels of the image, not the padding. */
    readonly reduce: "max" | "average";
    readonly size: Pair;
    readonly strides: Pair;
    readonly padding: Padding;
  }
  | { readonly kind: "globalAverage"; readonly keepDims: boolean }
  | {
    readonly kind: "zeroPadding";
    /** Numbers of zeros at the top, bottom, left and right. */
    readonly amount: readonly [number, number, number, number];
  }
  | { readonly kind: "flatten" }
  | { readonly kind: "dropout" }
  | {
    readonly kind: "dense";
    /** `[in, out]`. */
    readonly kernel: Weights;
    readonly bias: Float64Array;
    readonly activation: Activation;
  };

/** A layer, and the names of the layers that it reads. */
export interface Layer {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly operation: Operation;
}

/** A Keras network. Each layer comes after the layers that it reads. */
export interface LayerGraph {
  readonly name: string;
  /** Keras' version as stored in the file, such as `2.1.2-tf`; `unknown` if it is missing. */
  readonly kerasVersion: string;
  readonly layers: readonly Layer[];
  /** Name of the only input layer. */
  readonly input: string;
  /** Name of the layer that computes the only output. */
  readonly output: string;
  /** Number of parameters in all layers. */
  readonly parameters: number;
}
