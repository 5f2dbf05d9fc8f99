import { Problem } from "../../../errors.ts";
import type { Activation, Layer, LayerGraph, Operation } from "../keras/layers.ts";
import {
  type Attribute,
  type Constant,
  floats,
  type Graph,
  integers,
  type Node,
  removeUnused,
} from "./graph.ts";
import { toOnnxKernel } from "./matrix.ts";
import { outputSize, type Window, windowAttributes, windowFor } from "./window.ts";

/** Shape of a tensor without the batch: `[channels, rows, columns]` or `[features]`. */
type Shape = readonly number[];

/** Conversion of pixels to the network's input: `value * scale + offset` per channel. */
export interface Normalization {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/**
 * Converts a Keras network without optimizing it: each layer becomes the corresponding ONNX operators.
 * A `Transpose` from Keras' NHWC to ONNX's NCHW is added in front. If the network does not end with a
 * `Sigmoid`, its output is taken for a logit and a `Sigmoid` is added.
 *
 * @throws {Problem} `weights_unsupported` when shapes do not fit or the output is not one number.
 */
export function buildGraph(layers: LayerGraph, normalization: Normalization): Graph {
  const builder = new GraphBuilder();
  for (const layer of layers.layers) builder.add(layer);
  return builder.finish(layers, normalization);
}

/** Collects the nodes and constants of a graph, layer by layer. */
class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Constant>();
  /** Output tensor and its shape, by the Keras layer's name. */
  readonly #results = new Map<string, { tensor: string; shape: Shape }>();
  #input: { name: string; dims: [number, number, number] } | undefined;

  /** Converts a layer. The layers that it reads must have been added before. */
  add(layer: Layer): void {
    const inputs = layer.inputs.map((name) => {
      const result = this.#results.get(name);
      if (result === undefined) {
        throw unsupported(layer, `reads the layer '${name}', which does not exist`);
      }
      return result;
    });
    this.#results.set(layer.name, this.#convert(layer, inputs));
  }

  /** Checks the output, and returns the graph of all added layers. */
  finish(layers: LayerGraph, { scale, offset }: Normalization): Graph {
    const result = this.#results.get(layers.output);
    if (result === undefined || this.#input === undefined) {
      throw new Problem(
        "weights_unsupported",
        `The output layer '${layers.output}' does not exist.`,
      );
    }
    const count = result.shape.reduce((product, size) => product * size, 1);
    if (count !== 1 || result.shape.length !== 1) {
      throw new Problem(
        "weights_unsupported",
        `The network's output is [N, ${
          result.shape.join(", ")
        }]; it must be one number per patch, [N, 1].`,
      );
    }
    const last = this.#nodes.find((node) => node.output === result.tensor);
    const output = last?.op === "Sigmoid"
      ? result.tensor
      : this.#node("Sigmoid", [result.tensor], "probability");
    const { name, dims } = this.#input;
    return removeUnused({
      input: { name, layout: "NHWC", dims, scale, offset },
      output,
      nodes: this.#nodes,
      constants: this.#constants,
    });
  }

  #convert(layer: Layer, inputs: readonly { tensor: string; shape: Shape }[]) {
    const { name, operation } = layer;
    const { tensor: x, shape } = inputs[0] ?? { tensor: "", shape: [] };
    const expectImage = (): readonly [number, number, number] => {
      const [channels, rows, columns] = shape;
      if (channels === undefined || rows === undefined || columns === undefined) {
        throw unsupported(layer, `reads a tensor of shape [${shape}], but needs an image`);
      }
      return [channels, rows, columns];
    };
    switch (operation.kind) {
      case "input": {
        const [rows, columns, channels] = operation.shape;
        if (channels !== 3) {
          throw unsupported(
            layer,
            `takes ${channels} channels; it must take 3: red, green and blue`,
          );
        }
        this.#input = { name, dims: [rows, columns, channels] };
        const tensor = this.#node("Transpose", [name], `${name}/planar`, { perm: [0, 3, 1, 2] });
        return { tensor, shape: [channels, rows, columns] };
      }
      case "convolution":
        return this.#convolution(layer, operation, x, expectImage());
      case "batchNormalization": {
        const { gamma, beta, mean, variance, epsilon } = operation;
        if (gamma.length !== expectImage()[0]) {
          throw unsupported(
            layer,
            `has ${gamma.length} channels, but reads a tensor of shape [${shape}]`,
          );
        }
        const vectors = Object.entries({ gamma, beta, mean, variance })
          .map(([role, data]) => this.#constant(`${name}/${role}`, floats([data.length], data)));
        const attributes = { epsilon: { float: epsilon } };
        return {
          tensor: this.#node("BatchNormalization", [x, ...vectors], name, attributes),
          shape,
        };
      }
      case "activation":
        return { tensor: this.#activation(operation.activation, x, name), shape };
      case "add": {
        if (inputs.length < 2 || inputs.some((input) => `${input.shape}` !== `${shape}`)) {
          throw unsupported(
            layer,
            `adds tensors of the shapes ${
              inputs.map((input) => `[${input.shape}]`).join(" and ")
            }; it ` +
              "must add at least two of the same shape",
          );
        }
        const tensor = inputs.slice(1).reduce(
          (sum, input, i) =>
            this.#node("Add", [sum, input.tensor], i + 2 === inputs.length ? name : `${name}/${i}`),
          x,
        );
        return { tensor, shape };
      }
      case "pooling": {
        const [channels, ...size] = expectImage();
        const window = windowFor(
          size,
          operation.size,
          operation.strides,
          [1, 1],
          operation.padding,
        );
        const op = operation.reduce === "max" ? "MaxPool" : "AveragePool";
        return {
          tensor: this.#node(op, [x], name, windowAttributes(window)),
          shape: [channels, ...spatialSize(layer, size, window)],
        };
      }
      case "globalAverage": {
        const [channels] = expectImage();
        if (operation.keepDims) {
          return { tensor: this.#node("GlobalAveragePool", [x], name), shape: [channels, 1, 1] };
        }
        const pooled = this.#node("GlobalAveragePool", [x], `${name}/pooled`);
        return { tensor: this.#node("Flatten", [pooled], name, { axis: 1 }), shape: [channels] };
      }
      case "zeroPadding": {
        const [channels, rows, columns] = expectImage();
        const [top, bottom, left, right] = operation.amount;
        const pads = this.#constant(
          `${name}/pads`,
          integers([0, 0, top, left, 0, 0, bottom, right]),
        );
        return {
          tensor: this.#node("Pad", [x, pads], name),
          shape: [channels, rows + top + bottom, columns + left + right],
        };
      }
      case "flatten": {
        const features = shape.reduce((product, size) => product * size, 1);
        // Keras flattens in NHWC order. For a single row and column, both orders are the same.
        const orderMatters = shape.length === 3 && features !== shape[0];
        const ordered = orderMatters
          ? this.#node("Transpose", [x], `${name}/ordered`, { perm: [0, 2, 3, 1] })
          : x;
        return { tensor: this.#node("Flatten", [ordered], name, { axis: 1 }), shape: [features] };
      }
      case "dropout":
        return { tensor: this.#node("Identity", [x], name), shape };
      case "dense": {
        const [features, units] = operation.kernel.dims;
        if (shape.length !== 1 || shape[0] !== features || units === undefined) {
          throw unsupported(
            layer,
            `needs a tensor of shape [${features}], but reads one of shape [${shape}]`,
          );
        }
        const kernel = this.#constant(`${name}/kernel`, operation.kernel);
        const bias = this.#constant(`${name}/bias`, floats([units], operation.bias));
        const [linear, result] = outputNames(name, operation.activation);
        this.#node("Gemm", [x, kernel, bias], linear);
        return { tensor: this.#activation(operation.activation, linear, result), shape: [units] };
      }
    }
  }

  #convolution(
    layer: Layer,
    operation: Extract<Operation, { kind: "convolution" }>,
    x: string,
    [channels, ...size]: readonly [number, number, number],
  ) {
    const { kernel, strides, dilation, padding, activation } = operation;
    const [rows = 0, columns = 0, inputs = 0, outputs = 0] = kernel.dims;
    if (inputs !== channels) {
      throw unsupported(layer, `needs ${inputs} channels, but reads ${channels}`);
    }
    const window = windowFor(size, [rows, columns], strides, dilation, padding);
    const weights = this.#constant(
      `${layer.name}/kernel`,
      floats([outputs, inputs, rows, columns], toOnnxKernel(kernel)),
    );
    const bias = this.#constant(`${layer.name}/bias`, floats([outputs], operation.bias));
    const [linear, result] = outputNames(layer.name, activation);
    this.#node("Conv", [x, weights, bias], linear, windowAttributes(window));
    return {
      tensor: this.#activation(activation, linear, result),
      shape: [outputs, ...spatialSize(layer, size, window)],
    };
  }

  /** Adds a node that applies `activation` to the tensor `x`. A linear activation needs no node. */
  #activation(activation: Activation, x: string, name: string): string {
    if (activation === "linear") return x;
    return this.#node(activation === "relu" ? "Relu" : "Sigmoid", [x], name);
  }

  #node(
    op: string,
    inputs: string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): string {
    this.#nodes.push({ op, inputs, output, attributes });
    return output;
  }

  #constant(name: string, constant: Constant): string {
    this.#constants.set(name, constant);
    return name;
  }
}

/** Returns names for a layer's output before and after its activation; a linear activation has one name. */
function outputNames(layer: string, activation: Activation): [string, string] {
  return activation === "linear" ? [layer, layer] : [`${layer}/linear`, layer];
}

/**
 * Returns the rows and columns of the output of a layer with a window.
 *
 * @throws {Problem} `weights_unsupported` if the window does not fit into the input.
 */
function spatialSize(layer: Layer, size: readonly number[], window: Window): [number, number] {
  const rows = outputSize(size[0] ?? 0, window, 0);
  const columns = outputSize(size[1] ?? 0, window, 1);
  if (rows < 1 || columns < 1) {
    throw unsupported(
      layer,
      `has a window of ${window.kernel.join(" x ")} pixels, which does not fit into its input of ` +
        `${size.join(" x ")} pixels`,
    );
  }
  return [rows, columns];
}

function unsupported(layer: Layer, what: string): Problem {
  return new Problem(
    "weights_unsupported",
    `Layer '${layer.name}' (${layer.operation.kind}) ${what}.`,
  );
}
