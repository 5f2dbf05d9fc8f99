import { z } from "zod";

/** One number for both axes, or one each. */
const pair = z.union([z.int().positive(), z.tuple([z.int().positive(), z.int().positive()])])
  .transform((value): [number, number] => Array.isArray(value) ? value : [value, value]);

const padding = z.enum(["valid", "same"]);
const activation = z.enum(["linear", "relu", "sigmoid"]);
const channelsLast = z.literal("channels_last").nullish();

/** Before and after one axis; one number is both. */
const twoSides = z.union([z.int().min(0), z.tuple([z.int().min(0), z.int().min(0)])]);

/** One number, one per axis, or two sides per axis; becomes top, bottom, left, right. */
const fourSides = z.union([z.int().min(0), z.tuple([twoSides, twoSides])])
  .transform((value): [number, number, number, number] => {
    const [rows, columns] = Array.isArray(value) ? value : [value, value];
    const sides = (side: z.infer<typeof twoSides>) => Array.isArray(side) ? side : [side, side];
    return [...sides(rows), ...sides(columns)] as [number, number, number, number];
  });

const imageShape = z.tuple([
  z.int().nullable(),
  z.int().positive(),
  z.int().positive(),
  z.int().positive(),
]);

const pooling = { pool_size: pair, padding, data_format: channelsLast };

/**
 * The options of each layer class that change its result, with the values that are accepted.
 * Everything else in a layer's configuration concerns training, except what {@linkcode trainingOnly} does
 * not name.
 */
export const layerOptions = {
  InputLayer: z.union([
    z.object({ batch_input_shape: imageShape }).transform((o) => o.batch_input_shape),
    z.object({ batch_shape: imageShape }).transform((o) => o.batch_shape),
  ]),
  Conv2D: z.object({
    strides: pair,
    padding,
    dilation_rate: pair,
    groups: z.literal(1).optional(),
    activation,
    use_bias: z.boolean(),
    data_format: channelsLast,
  }),
  BatchNormalization: z.object({
    axis: z.union([z.int(), z.tuple([z.int()])]).transform((axis) => [axis].flat()[0])
      .refine((axis) => axis === 3 || axis === -1, "accepted is the last axis, 3 or -1"),
    epsilon: z.number().positive(),
    center: z.boolean(),
    scale: z.boolean(),
  }),
  Activation: z.object({ activation }),
  ReLU: z.object({
    max_value: z.null().optional(),
    negative_slope: z.literal(0).nullish(),
    threshold: z.literal(0).nullish(),
  }),
  Add: z.object({}),
  MaxPooling2D: z.object({ ...pooling, strides: pair.nullish() }),
  AveragePooling2D: z.object({ ...pooling, strides: pair.nullish() }),
  GlobalAveragePooling2D: z.object({
    keepdims: z.boolean().default(false),
    data_format: channelsLast,
  }),
  ZeroPadding2D: z.object({ padding: fourSides, data_format: channelsLast }),
  Flatten: z.object({ data_format: channelsLast }),
  Dropout: z.object({}),
  Dense: z.object({ activation, use_bias: z.boolean() }),
};

/** A class of {@linkcode layerOptions}. */
export type LayerClass = keyof typeof layerOptions;

/** Options that say nothing of the result, or nothing that the weights do not say. */
export const trainingOnly = new Set(
  ("name dtype trainable sparse ragged optional filters units kernel_size rate noise_shape seed " +
    "momentum virtual_batch_size").split(" "),
);

/** Options by their ending: how weights began, were bounded and were held small. */
export const trainingOnlyEnding = /_(initializer|regularizer|constraint)$/;
