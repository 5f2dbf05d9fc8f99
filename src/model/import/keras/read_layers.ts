import { Problem } from "../../../errors.ts";
import { type LayerConfig, parseModelConfig } from "./model_config.ts";
import type { KerasFile, StoredTensor } from "./hdf5.ts";
import type { Layer, LayerGraph, Operation, Weights } from "./layers.ts";
import {
  IGNORED_OPTION_ENDING,
  IGNORED_OPTIONS,
  LAYER_OPTIONS,
  type LayerClass,
} from "./options.ts";

/**
 * Converts the contents of a Keras file to typed layers with their weights.
 *
 * @throws {Problem} `weights_unsupported` for a model, layer class or option that is not supported, which
 * the message names; `weights_unreadable` when arrays are missing or have the wrong shape.
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
    layers: sortTopologically(layers),
    input: model.input,
    output: model.output,
    parameters: arrays.reduce((sum, { data }) => sum + data.length, 0),
  };
}

/** Sorts layers so that each comes after the layers that it reads. */
function sortTopologically(layers: readonly Layer[]): Layer[] {
  const waiting = new Map(layers.map((layer) => [layer.name, layer]));
  const ordered: Layer[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((l) => !l.inputs.some((name) => waiting.has(name)));
    if (ready.length === 0) {
      const names = [...waiting.keys()].slice(0, 3).join("', '");
      throw new Problem(
        "weights_unsupported",
        `The layers cannot be ordered: '${names}' are in a cycle of layers, or read from one.`,
      );
    }
    for (const layer of ready) waiting.delete(layer.name);
    ordered.push(...ready);
  }
  return ordered;
}

/** Validates one layer and converts it to its {@linkcode Operation}. */
class LayerReader {
  /** The layer's name and class, for messages. */
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
          `this layer class is not supported; supported are ${
            Object.keys(LAYER_OPTIONS).join(", ")
          }`,
        );
    }
  }

  /** Validates the layer's options by {@linkcode LAYER_OPTIONS}. */
  #options<C extends LayerClass>(className: C): ReturnType<(typeof LAYER_OPTIONS)[C]["parse"]> {
    const { options } = this.config;
    const parsed = LAYER_OPTIONS[className].safeParse(options);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const option = String(issue?.path[0] ?? "batch_input_shape");
      throw this.#unsupported(
        `the option ${option} = ${JSON.stringify(options[option])} is not supported` +
          (className === "InputLayer"
            ? "; it must be [null, height, width, channels] with fixed sizes"
            : ` (${issue?.message})`),
      );
    }
    const schema = LAYER_OPTIONS[className];
    const known = "shape" in schema
      ? Object.keys(schema.shape)
      : ["batch_input_shape", "batch_shape"];
    for (const [option, value] of Object.entries(options)) {
      const isAllowed = value === null || value === false || known.includes(option) ||
        IGNORED_OPTIONS.has(option) || IGNORED_OPTION_ENDING.test(option);
      if (!isAllowed) {
        throw this.#unsupported(`the option ${option} = ${JSON.stringify(value)} is not supported`);
      }
    }
    return parsed.data as ReturnType<(typeof LAYER_OPTIONS)[C]["parse"]>;
  }

  /** Returns the layer's array of a role, such as `kernel`. It must have `rank` axes. */
  #array(role: string, rank: number): Weights {
    const found = this.weights.find((tensor) => tensor.role === role);
    if (found?.dims.length !== rank) {
      throw new Problem(
        "weights_unreadable",
        `${this.#label} has ${
          found ? `'${role}' of shape [${found.dims}]` : `no array '${role}'`
        }; it must have one with ${rank} axes.`,
      );
    }
    return found;
  }

  /** Returns a vector of `length` numbers: the layer's array of a role, or `fill` repeated if it is given. */
  #vector(role: string, length: number | undefined, fill?: number): Float64Array {
    if (fill !== undefined) return new Float64Array(length ?? 0).fill(fill);
    const { data } = this.#array(role, 1);
    if (data.length !== length) {
      throw new Problem(
        "weights_unreadable",
        `${this.#label} has ${data.length} numbers in '${role}'; it must have ${length}.`,
      );
    }
    return data;
  }

  #unsupported(what: string): Problem {
    return new Problem("weights_unsupported", `${this.#label}: ${what}.`);
  }
}
