import { Problem } from "../../../errors.ts";
import { type LayerConfig, parseModelConfig } from "./config.ts";
import type { KerasFile, StoredTensor } from "./hdf5.ts";
import type { Layer, LayerGraph, Operation, Weights } from "./layers.ts";
import { type LayerClass, layerOptions, trainingOnly, trainingOnlyEnding } from "./options.ts";

/**
 * Turns what a Keras file says into typed layers with their weights.
 *
 * @throws {Problem} `weights_unsupported` names the layer, its class and the option that is not covered;
 * `weights_unreadable` where arrays are missing or do not fit.
 */
export function readLayers(file: KerasFile): LayerGraph {
  const model = parseModelConfig(file.modelConfig);
  const layers = model.layers.map((config): Layer => ({
    name: config.name,
    inputs: config.inputs,
    operation: new LayerReader(config, file.weights.get(config.name) ?? []).operation(),
  }));
  const arrays = model.layers.flatMap(({ name }) => file.weights.get(name) ?? []);
  return {
    name: model.name,
    kerasVersion: file.kerasVersion,
    layers: inRunningOrder(layers),
    input: model.input,
    output: model.output,
    parameters: arrays.reduce((sum, { data }) => sum + data.length, 0),
  };
}

function inRunningOrder(layers: readonly Layer[]): Layer[] {
  const waiting = new Map(layers.map((layer) => [layer.name, layer]));
  const ordered: Layer[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((l) => !l.inputs.some((name) => waiting.has(name)));
    if (ready.length === 0) {
      const names = [...waiting.keys()].slice(0, 3).join("', '");
      throw new Problem(
        "weights_unsupported",
        `The layers '${names}' read each other in a circle.`,
      );
    }
    for (const layer of ready) waiting.delete(layer.name);
    ordered.push(...ready);
  }
  return ordered;
}

/** Reads one layer; its messages begin with the layer's name and class. */
class LayerReader {
  readonly #label: string;

  constructor(readonly config: LayerConfig, readonly weights: readonly StoredTensor[]) {
    this.#label = `Layer '${config.name}' (${config.className})`;
  }

  operation(): Operation {
    const { className } = this.config;
    switch (className) {
      case "InputLayer": {
        const [, ...shape] = this.#options("InputLayer");
        return { kind: "input", shape };
      }
      case "Conv2D": {
        const { strides, padding, dilation_rate: dilation, activation, use_bias } = this.#options(
          className,
        );
        const kernel = this.#array("kernel", 4);
        const bias = this.#vector("bias", kernel.dims[3], use_bias ? undefined : 0);
        return { kind: "convolution", kernel, bias, strides, padding, dilation, activation };
      }
      case "BatchNormalization": {
        const { epsilon, center, scale } = this.#options(className);
        const mean = this.#array("moving_mean", 1).data;
        const vector = (role: string, fill?: number) => this.#vector(role, mean.length, fill);
        return {
          kind: "batchNormalization",
          gamma: vector("gamma", scale ? undefined : 1),
          beta: vector("beta", center ? undefined : 0),
          mean,
          variance: vector("moving_variance"),
          epsilon,
        };
      }
      case "Activation":
        return { kind: "activation", activation: this.#options(className).activation };
      case "ReLU":
        this.#options(className);
        return { kind: "activation", activation: "relu" };
      case "Add":
        this.#options(className);
        return { kind: "add" };
      case "MaxPooling2D":
      case "AveragePooling2D": {
        const { pool_size: size, strides, padding } = this.#options(className);
        const reduce = className === "MaxPooling2D" ? "max" : "average";
        return { kind: "pooling", reduce, size, strides: strides ?? size, padding };
      }
      case "GlobalAveragePooling2D":
        return { kind: "globalAverage", keepDims: this.#options(className).keepdims };
      case "ZeroPadding2D":
        return { kind: "zeroPadding", amount: this.#options(className).padding };
      case "Flatten":
        this.#options(className);
        return { kind: "flatten" };
      case "Dropout":
        this.#options(className);
        return { kind: "dropout" };
      case "Dense": {
        const { activation, use_bias } = this.#options(className);
        const kernel = this.#array("kernel", 2);
        const bias = this.#vector("bias", kernel.dims[1], use_bias ? undefined : 0);
        return { kind: "dense", kernel, bias, activation };
      }
      default:
        throw this.#unsupported(
          `layers of this class are not covered; covered are ${
            Object.keys(layerOptions).join(", ")
          }`,
        );
    }
  }

  /** The options of this layer, checked; those that are unknown must be switched off. */
  #options<C extends LayerClass>(className: C): ReturnType<(typeof layerOptions)[C]["parse"]> {
    const { options } = this.config;
    const parsed = layerOptions[className].safeParse(options);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const option = String(issue?.path[0] ?? "batch_input_shape");
      throw this.#unsupported(
        `the option ${option} = ${JSON.stringify(options[option])} is not covered` +
          (className === "InputLayer"
            ? "; accepted is [null, height, width, channels] with fixed sizes"
            : ` (${issue?.message})`),
      );
    }
    const schema = layerOptions[className];
    const known = "shape" in schema
      ? Object.keys(schema.shape)
      : ["batch_input_shape", "batch_shape"];
    for (const [option, value] of Object.entries(options)) {
      const harmless = value === null || value === false || known.includes(option) ||
        trainingOnly.has(option) || trainingOnlyEnding.test(option);
      if (!harmless) {
        throw this.#unsupported(`the option ${option} = ${JSON.stringify(value)} is not covered`);
      }
    }
    return parsed.data as ReturnType<(typeof layerOptions)[C]["parse"]>;
  }

  #array(role: string, rank: number): Weights {
    const found = this.weights.find((tensor) => tensor.role === role);
    if (found?.dims.length !== rank) {
      throw new Problem(
        "weights_unreadable",
        `${this.#label} has ${
          found ? `'${role}' of shape [${found.dims}]` : `no array '${role}'`
        }; expected is one with ${rank} axes.`,
      );
    }
    return found;
  }

  /** A vector of `length` numbers; `fill` stands in where the layer is without. */
  #vector(role: string, length: number | undefined, fill?: number): Float64Array {
    if (fill !== undefined) return new Float64Array(length ?? 0).fill(fill);
    const { data } = this.#array(role, 1);
    if (data.length !== length) {
      throw new Problem(
        "weights_unreadable",
        `${this.#label} has ${data.length} numbers in '${role}'; expected are ${length}.`,
      );
    }
    return data;
  }

  #unsupported(what: string): Problem {
    return new Problem("weights_unsupported", `${this.#label}: ${what}.`);
  }
}
