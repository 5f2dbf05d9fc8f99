import { z } from "zod";
import { Problem } from "../../../errors.ts";

/** A layer of a functional model. Its options are not validated. */
export interface LayerConfig {
  /** Keras' layer class, such as `Conv2D`. */
  readonly className: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of the layers that it reads, in order. */
  readonly inputs: readonly string[];
}

/** A functional model with one input and one output. */
export interface ModelConfig {
  readonly name: string;
  readonly layers: readonly LayerConfig[];
  readonly input: string;
  readonly output: string;
}

/** `[layer, node index, tensor index]`; older Keras versions append call arguments. */
const tensorReferenceSchema = z.tuple([z.string(), z.int(), z.int()]).rest(z.unknown());

/** Keras 2: `[[["conv", 0, 0, {}], …]]`, one list per call of the layer. */
const keras2CallsSchema = z.array(z.array(tensorReferenceSchema));

/** Keras 3: `[{ args: [tensor or list of tensors], kwargs: {} }]`. */
const kerasTensorSchema = z.object({
  class_name: z.literal("__keras_tensor__"),
  config: z.object({ keras_history: tensorReferenceSchema }),
});
const keras3CallsSchema = z.array(
  z.object({ args: z.array(z.union([kerasTensorSchema, z.array(kerasTensorSchema)])) }),
);

const layerSchema = z.object({
  class_name: z.string(),
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: z.union([keras2CallsSchema, keras3CallsSchema]),
});

/** The model's inputs or outputs: a list of references, or a single reference (Keras 3). */
const referencesSchema = z.union([z.array(tensorReferenceSchema), tensorReferenceSchema]);

const modelSchema = z.object({
  class_name: z.string(),
  config: z.object({
    name: z.string().default("model"),
    layers: z.array(layerSchema),
    input_layers: referencesSchema,
    output_layers: referencesSchema,
  }),
});

/**
 * Parses a `model_config`, as Keras 1.2 to 3 write it.
 *
 * @param json The attribute, parsed as JSON.
 * @throws {Problem} `weights_unsupported` when it does not describe a functional model, has several
 * inputs or outputs, or has a layer that is called more than once.
 */
export function parseModelConfig(json: unknown): ModelConfig {
  const kind = z.object({ class_name: z.string() }).safeParse(json).data?.class_name;
  if (kind !== "Model" && kind !== "Functional") {
    throw unsupported(
      `The file has a model of class '${kind ?? "?"}'. Only functional models are accepted ` +
        `('Model' or 'Functional').`,
    );
  }
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unsupported(
      `'model_config' is not valid at '${issue?.path.join(".")}': ${issue?.message}.`,
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
    input: onlyReference(config.input_layers, "input"),
    output: onlyReference(config.output_layers, "output"),
  };
}

function inputsOf(layer: z.infer<typeof layerSchema>): string[] {
  const [call, ...more] = layer.inbound_nodes;
  if (more.length > 0) {
    throw unsupported(
      `Layer '${layer.name}' (${layer.class_name}) is called ${1 + more.length} times; ` +
        `only layers that are called once are accepted.`,
    );
  }
  if (call === undefined) return [];
  if (Array.isArray(call)) return call.map(([name]) => name);
  return call.args.flat().map((tensor) => tensor.config.keras_history[0]);
}

function onlyReference(
  references: z.infer<typeof referencesSchema>,
  what: "input" | "output",
): string {
  const [first, ...more] = references;
  if (typeof first === "string") return first;
  if (first === undefined || more.length > 0) {
    throw unsupported(`The network has ${references.length} ${what}s; it must have one.`);
  }
  return first[0];
}

function unsupported(message: string): Problem {
  return new Problem("weights_unsupported", message);
}
