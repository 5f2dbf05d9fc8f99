import { randomFrom } from "../../../random.ts";

/** Shape of a layer's output: `[rows, columns, channels]`, or `[features]` after `Flatten`. */
export type Shape = readonly number[];

/** An array of a layer, with the axes in Keras' order. */
export interface TestArray {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A layer, as described in a Keras file. */
export interface TestLayer {
  readonly className: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly weights: Readonly<Record<string, TestArray>>;
}

/** Options of a window. A stride applies to both axes. */
export interface WindowOptions {
  readonly strides?: number;
  readonly padding?: "same" | "valid";
}

/** Options of a convolution. */
export interface ConvOptions extends WindowOptions {
  readonly name?: string;
  readonly activation?: string;
  readonly bias?: boolean;
  readonly dilation?: number;
}

/**
 * Builds a Keras network layer by layer. The weights are random, in a range that keeps the values
 * of all layers near 1. Each method appends a layer and returns its name.
 */
export class TestNetwork {
  readonly layers: TestLayer[] = [];
  readonly #shapes = new Map<string, Shape>();
  readonly #random: (below: number) => number;

  constructor(seed = 1) {
    this.#random = randomFrom(seed);
  }

  /** Name of the last layer. */
  get output(): string {
    return this.layers.at(-1)?.name ?? "";
  }

  shapeOf(layer: string): Shape {
    return this.#shapes.get(layer) ?? [];
  }

  input(rows: number, columns = rows): string {
    return this.#add("InputLayer", "input_1", [], [rows, columns, 3], {
      batch_input_shape: [null, rows, columns, 3],
      dtype: "float32",
      sparse: false,
    });
  }

  conv(x: string, filters: number, size: number, options: ConvOptions = {}): string {
    const { strides = 1, padding = "valid", activation = "linear", bias = true, dilation = 1 } =
      options;
    const [rows = 0, columns = 0, channels = 0] = this.shapeOf(x);
    const span = (size - 1) * dilation + 1;
    const shape = [
      outputSize(rows, span, strides, padding),
      outputSize(columns, span, strides, padding),
    ];
    const scale = Math.sqrt(1.5 / (size * size * channels));
    return this.#add("Conv2D", options.name ?? this.#name("conv2d"), [x], [...shape, filters], {
      filters,
      kernel_size: [size, size],
      strides: [strides, strides],
      padding,
      data_format: "channels_last",
      dilation_rate: [dilation, dilation],
      activation,
      use_bias: bias,
      kernel_initializer: { class_name: "VarianceScaling", config: { scale: 2 } },
      kernel_regularizer: null,
    }, {
      kernel: this.#array([size, size, channels, filters], -1.7 * scale, 1.7 * scale),
      ...(bias ? { bias: this.#array([filters], -0.3, 0.3) } : {}),
    });
  }

  batchNorm(x: string, name = this.#name("batch_normalization")): string {
    const shape = this.shapeOf(x);
    const channels = [shape.at(-1) ?? 0];
    return this.#add("BatchNormalization", name, [x], shape, {
      axis: [3],
      momentum: 0.9,
      epsilon: 1e-4,
      center: true,
      scale: true,
      gamma_regularizer: null,
    }, {
      gamma: this.#array(channels, 0.3, 0.9),
      beta: this.#array(channels, -0.5, 0.5),
      moving_mean: this.#array(channels, -0.5, 0.5),
      moving_variance: this.#array(channels, 0.5, 1.5),
    });
  }

  relu(x: string, className: "Activation" | "ReLU" = "Activation"): string {
    const options = className === "ReLU"
      ? { max_value: null, negative_slope: 0, threshold: 0 }
      : { activation: "relu" };
    return this.#add(className, this.#name("activation"), [x], this.shapeOf(x), options);
  }

  add(...inputs: string[]): string {
    return this.#add("Add", this.#name("add"), inputs, this.shapeOf(inputs[0] ?? ""), {});
  }

  pool(kind: "Max" | "Average", x: string, size: number, options: WindowOptions = {}): string {
    const { strides = size, padding = "valid" } = options;
    const [rows = 0, columns = 0, channels = 0] = this.shapeOf(x);
    const shape = [
      outputSize(rows, size, strides, padding),
      outputSize(columns, size, strides, padding),
    ];
    const name = this.#name(`${kind.toLowerCase()}_pooling2d`);
    return this.#add(`${kind}Pooling2D`, name, [x], [...shape, channels], {
      pool_size: [size, size],
      strides: [strides, strides],
      padding,
      data_format: "channels_last",
    });
  }

  globalAverage(x: string): string {
    const shape = [this.shapeOf(x).at(-1) ?? 0];
    return this.#add("GlobalAveragePooling2D", this.#name("global"), [x], shape, {
      data_format: "channels_last",
    });
  }

  zeroPadding(x: string, [top, bottom]: [number, number], [left, right]: [number, number]): string {
    const [rows = 0, columns = 0, channels = 0] = this.shapeOf(x);
    const shape = [rows + top + bottom, columns + left + right, channels];
    return this.#add("ZeroPadding2D", this.#name("zero_padding2d"), [x], shape, {
      padding: [[top, bottom], [left, right]],
      data_format: "channels_last",
    });
  }

  flatten(x: string): string {
    const features = this.shapeOf(x).reduce((product, size) => product * size, 1);
    return this.#add("Flatten", this.#name("flatten"), [x], [features], {});
  }

  dropout(x: string): string {
    return this.#add("Dropout", this.#name("dropout"), [x], this.shapeOf(x), {
      rate: 0.5,
      noise_shape: null,
      seed: null,
    });
  }

  dense(x: string, units: number, activation = "linear"): string {
    const [features = 0] = this.shapeOf(x);
    const scale = Math.sqrt(1 / features);
    return this.#add("Dense", this.#name("dense"), [x], [units], {
      units,
      activation,
      use_bias: true,
    }, {
      kernel: this.#array([features, units], -1.7 * scale, 1.7 * scale),
      bias: this.#array([units], -0.3, 0.3),
    });
  }

  /** Appends a layer of any class, for tests of refusals. */
  other(className: string, x: string, options: Record<string, unknown>): string {
    return this.#add(className, this.#name(className.toLowerCase()), [x], this.shapeOf(x), options);
  }

  #name(base: string): string {
    return `${base}_${this.layers.filter(({ name }) => name.startsWith(`${base}_`)).length + 1}`;
  }

  #array(dims: number[], from: number, to: number): TestArray {
    const count = dims.reduce((product, size) => product * size, 1);
    const value = () => from + (to - from) * this.#random(1 << 20) / (1 << 20);
    return { dims, data: Float32Array.from({ length: count }, value) };
  }

  #add(
    className: string,
    name: string,
    inputs: readonly string[],
    shape: Shape,
    options: Record<string, unknown>,
    weights: Record<string, TestArray> = {},
  ): string {
    this.layers.push({ className, name, inputs, weights, options: { name, ...options } });
    this.#shapes.set(name, shape);
    return name;
  }
}

/** Returns the size of a window's output along an axis. */
function outputSize(size: number, span: number, stride: number, padding: "same" | "valid"): number {
  return padding === "same" ? Math.ceil(size / stride) : Math.floor((size - span) / stride) + 1;
}
