import type { TestArray, TestLayer, TestNetwork } from "./test_network.ts";

/** An image `[rows, columns, channels]`, or a vector `[1, 1, features]`, in double precision. */
interface Image {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly data: Float64Array;
}

/**
 * Computes the output of a network's last layer for one patch. This is a reference implementation
 * of the Keras layers in double precision, with plain loops and without any code of the importer.
 *
 * @param input The network's input, `[rows, columns, 3]`, already normalized.
 */
export function evaluate(network: TestNetwork, input: Float64Array): number {
  const results = new Map<string, Image>();
  for (const layer of network.layers) {
    const inputs = layer.inputs.map((name) => results.get(name) as Image);
    results.set(layer.name, inputs.length === 0 ? inputImage(layer, input) : apply(layer, inputs));
  }
  return results.get(network.output)?.data[0] ?? NaN;
}

/**
 * Scales the last layer's weights so that the logits of `inputs` lie between -1.5 and 1.5. With
 * random weights, logits are so large that all probabilities are 0 or 1.
 */
export function calibrate(network: TestNetwork, inputs: readonly Float64Array[]): void {
  const logits = inputs.map((input) => evaluate(network, input));
  const [min, max] = [Math.min(...logits), Math.max(...logits)];
  const factor = 3 / (max - min);
  const { kernel, bias } = network.layers.findLast(({ weights }) => weights["kernel"])?.weights ??
    {};
  kernel?.data.forEach((value, i) => kernel.data[i] = value * factor);
  bias?.data.forEach((value, i) => bias.data[i] = (value - (min + max) / 2) * factor);
}

function inputImage({ options }: TestLayer, data: Float64Array): Image {
  const [, rows, columns, channels] = options["batch_input_shape"] as [
    null,
    number,
    number,
    number,
  ];
  return { rows, columns, channels, data };
}

function apply(layer: TestLayer, inputs: readonly Image[]): Image {
  const [x] = inputs as [Image];
  const { options, weights } = layer;
  switch (layer.className) {
    case "Conv2D":
      return activate(convolve(x, layer), options["activation"] as string);
    case "BatchNormalization":
      return mapValues(x, (value, channel) => {
        const of = (role: string) => weights[role]?.data[channel] ?? NaN;
        const deviation = Math.sqrt(of("moving_variance") + (options["epsilon"] as number));
        return of("gamma") * (value - of("moving_mean")) / deviation + of("beta");
      });
    case "Activation":
      return activate(x, options["activation"] as string);
    case "ReLU":
      return activate(x, "relu");
    case "Add":
      return {
        ...x,
        data: x.data.map((_, i) => inputs.reduce((sum, { data }) => sum + data[i]!, 0)),
      };
    case "MaxPooling2D":
      return pool(x, layer, (values) => Math.max(...values));
    case "AveragePooling2D":
      return pool(x, layer, (values) => values.reduce((a, b) => a + b) / values.length);
    case "GlobalAveragePooling2D": {
      const data = new Float64Array(x.channels);
      x.data.forEach((value, i) => data[i % x.channels]! += value / (x.rows * x.columns));
      return { rows: 1, columns: 1, channels: x.channels, data };
    }
    case "ZeroPadding2D": {
      const [[top, bottom], [left, right]] = options["padding"] as [
        [number, number],
        [number, number],
      ];
      const at = (y: number, c: number, channel: number) =>
        pixel(x, y - top, c - left, channel) ?? 0;
      return image(x.rows + top + bottom, x.columns + left + right, x.channels, at);
    }
    case "Flatten":
      return { rows: 1, columns: 1, channels: x.data.length, data: x.data };
    case "Dropout":
      return x;
    case "Dense": {
      const { kernel, bias } = weights as { kernel: TestArray; bias: TestArray };
      const units = bias.data.length;
      const data = Float64Array.from(
        bias.data,
        (b, unit) =>
          x.data.reduce((sum, value, i) => sum + value * kernel.data[i * units + unit]!, b),
      );
      return activate(
        { rows: 1, columns: 1, channels: units, data },
        options["activation"] as string,
      );
    }
  }
  throw new Error(`the reference evaluation does not support ${layer.className}`);
}

function convolve(x: Image, { options, weights }: TestLayer): Image {
  const kernel = weights["kernel"] as TestArray;
  const [size, , , filters] = kernel.dims as [number, number, number, number];
  const [stride] = options["strides"] as [number];
  const [dilation] = options["dilation_rate"] as [number];
  const rows = outputAxis(x.rows, size, stride, dilation, options["padding"]);
  const columns = outputAxis(x.columns, size, stride, dilation, options["padding"]);
  return image(rows.outputSize, columns.outputSize, filters, (y, c, filter) => {
    let sum = weights["bias"]?.data[filter] ?? 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        for (let channel = 0; channel < x.channels; channel++) {
          const value = pixel(
            x,
            y * stride + i * dilation - rows.before,
            c * stride + j * dilation - columns.before,
            channel,
          ) ?? 0;
          sum += value * kernel.data[((i * size + j) * x.channels + channel) * filters + filter]!;
        }
      }
    }
    return sum;
  });
}

function pool(x: Image, { options }: TestLayer, reduce: (values: number[]) => number): Image {
  const [size] = options["pool_size"] as [number];
  const [stride] = options["strides"] as [number];
  const rows = outputAxis(x.rows, size, stride, 1, options["padding"]);
  const columns = outputAxis(x.columns, size, stride, 1, options["padding"]);
  return image(rows.outputSize, columns.outputSize, x.channels, (y, c, channel) => {
    const values: number[] = [];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const value = pixel(
          x,
          y * stride + i - rows.before,
          c * stride + j - columns.before,
          channel,
        );
        if (value !== undefined) values.push(value);
      }
    }
    return reduce(values);
  });
}

/**
 * Returns the output size along an axis, and the padding before it. TensorFlow's rule for `same`:
 * the output has the size ceil(size / stride), and an odd number of zeros has the extra one at the
 * end.
 */
function outputAxis(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: unknown,
) {
  const span = (kernel - 1) * dilation + 1;
  if (padding === "valid") return { outputSize: Math.floor((size - span) / stride) + 1, before: 0 };
  const outputSize = Math.ceil(size / stride);
  return {
    outputSize,
    before: Math.floor(Math.max((outputSize - 1) * stride + span - size, 0) / 2),
  };
}

function image(
  rows: number,
  columns: number,
  channels: number,
  at: (row: number, column: number, channel: number) => number,
): Image {
  const data = new Float64Array(rows * columns * channels);
  let i = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let channel = 0; channel < channels; channel++) data[i++] = at(y, x, channel);
    }
  }
  return { rows, columns, channels, data };
}

function pixel(x: Image, row: number, column: number, channel: number): number | undefined {
  const isInside = row >= 0 && row < x.rows && column >= 0 && column < x.columns;
  return isInside ? x.data[(row * x.columns + column) * x.channels + channel] : undefined;
}

function activate(x: Image, activation: string): Image {
  if (activation === "relu") return mapValues(x, (value) => Math.max(value, 0));
  if (activation === "sigmoid") return mapValues(x, (value) => 1 / (1 + Math.exp(-value)));
  return x;
}

function mapValues(x: Image, change: (value: number, channel: number) => number): Image {
  return { ...x, data: x.data.map((value, i) => change(value, i % x.channels)) };
}
