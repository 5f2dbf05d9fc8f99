import { z } from "zod";
import { Problem } from "../../../errors.ts";

/** One layer of a functional model as Keras describes it, its options not yet looked at. */
export interface LayerConfig {
  /** Keras' class, such as `Conv2D`. */
  readonly className: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The layers that it reads, in order. */
  readonly inputs: readonly string[];
}

/** A functional model: one input, one output. */
export interface ModelConfig {
  readonly name: string;
  readonly layers: readonly LayerConfig[];
  readonly input: string;
  readonly output: string;
}

/** `[layer, node index, tensor index]`; older Keras adds call arguments. */
const tensorReference = z.tuple([z.string(), z.int(), z.int()]).rest(z.unknown());

/** Keras 2: `[[["conv", 0, 0, {}], …]]`, one list per call of the layer. */
const callsOfKeras2 = z.array(z.array(tensorReference));

/** Keras 3: `[{ args: [tensor or list of tensors], kwargs: {} }]`. */
const kerasTensor = z.object({
  class_name: z.literal("__keras_tensor__"),
  config: z.object({ keras_history: tensorReference }),
});
const callsOfKeras3 = z.array(
  z.object({ args: z.array(z.union([kerasTensor, z.array(kerasTensor)])) }),
);

const layerSchema = z.object({
  class_name: z.string(),
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: z.union([callsOfKeras2, callsOfKeras3]),
});

/** A list of references, or where there is one, the reference itself (Keras 3). */
const endsSchema = z.union([z.array(tensorReference), tensorReference]);

const modelSchema = z.object({
  class_name: z.string(),
  config: z.object({
    name: z.string().default("model"),
    layers: z.array(layerSchema),
    input_layers: endsSchema,
    output_layers: endsSchema,
  }),
});

/**
 * Reads a `model_config` as Keras 1.2 to 3 spell it.
 *
 * @param json The parsed attribute.
 * @throws {Problem} `weights_unsupported`: no functional model, several inputs or outputs, or a layer
 * that is called more than once.
 */
export function parseModelConfig(json: unknown): ModelConfig {
  const kind = z.object({ class_name: z.string() }).safeParse(json).data?.class_name;
  if (kind !== "Model" && kind !== "Functional") {
    throw unsupported(
      `The file holds a model of class '${kind ?? "?"}'. Accepted is a functional model ` +
        `('Model' or 'Functional').`,
    );
  }
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unsupported(
      `'model_config' is not as Keras writes it: at '${issue?.path.join(".")}': ${issue?.message}.`,
    );
  }
  const { config } = parsed.data;
  return {
    name: config.name,
    layers: config.layers.map((layer) => ({
      className: layer.class_name,
      name: layer.name,
      options: layer.config,
      inputs: inputsOf(layer),
    })),
    input: onlyEnd(config.input_layers, "input"),
    output: onlyEnd(config.output_layers, "output"),
  };
}

function inputsOf(layer: z.infer<typeof layerSchema>): string[] {
  const [call, ...more] = layer.inbound_nodes;
  if (more.length > 0) {
    throw unsupported(
      `Layer '${layer.name}' (${layer.class_name}) is called ${1 + more.length} times; ` +
        `accepted are layers that are called once.`,
    );
  }
  if (call === undefined) return [];
  if (Array.isArray(call)) return call.map(([name]) => name);
  return call.args.flat().map((tensor) => tensor.config.keras_history[0]);
}

function onlyEnd(ends: z.infer<typeof endsSchema>, what: "input" | "output"): string {
  const [first, ...more] = ends;
  if (typeof first === "string") return first;
  if (first === undefined || more.length > 0) {
    throw unsupported(`The network has ${ends.length} ${what}s; accepted is one.`);
  }
  return first[0];
}

function unsupported(message: string): Problem {
  return new Problem("weights_unsupported", message);
}
