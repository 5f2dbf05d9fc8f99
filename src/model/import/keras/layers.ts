/** An array of a layer, in Keras' own order of axes. */
export interface Weights {
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Float64Array;
}

/** What is applied to each value of a layer's result. */
export type Activation = "linear" | "relu" | "sigmoid";

/** How a window is padded: `valid` not at all, `same` as TensorFlow does it. */
export type Padding = "valid" | "same";

/** `[rows, columns]`. */
export type Pair = readonly [number, number];

/** What one layer does; images are `[height, width, channels]`. */
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
    /** The average counts only places inside the image. */
    readonly reduce: "max" | "average";
    readonly size: Pair;
    readonly strides: Pair;
    readonly padding: Padding;
  }
  | { readonly kind: "globalAverage"; readonly keepDims: boolean }
  | {
    readonly kind: "zeroPadding";
    /** Top, bottom, left, right. */
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

/** One layer and the names of those that it reads. */
export interface Layer {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly operation: Operation;
}

/** A network as Keras describes it; each layer stands after those that it reads. */
export interface LayerGraph {
  readonly name: string;
  /** As the file says, such as `2.1.2-tf`. */
  readonly kerasVersion: string;
  readonly layers: readonly Layer[];
  readonly input: string;
  readonly output: string;
  /** How many numbers were learnt. */
  readonly parameters: number;
}
