import { z } from "zod";

/** One number for both axes, or one number for each. */
const pairSchema = z.union([z.int().positive(), z.tuple([z.int().positive(), z.int().positive()])])
  .transform((value): [number, number] => Array.isArray(value) ? value : [value, value]);

const paddingSchema = z.enum(["valid", "same"]);
const activationSchema = z.enum(["linear", "relu", "sigmoid"]);
const channelsLastSchema = z.literal("channels_last").nullish();

/** Padding before and after one axis; a single number stands for both. */
const twoSidesSchema = z.union([z.int().min(0), z.tuple([z.int().min(0), z.int().min(0)])]);

/** Padding of an image in any form that Keras accepts. Converted to top, bottom, left, right. */
const fourSidesSchema = z.union([z.int().min(0), z.tuple([twoSidesSchema, twoSidesSchema])])
  .transform((value): [number, number, number, number] => {
    const [rows, columns] = Array.isArray(value) ? value : [value, value];
    const sides = (side: z.infer<typeof twoSidesSchema>) =>
      Array.isArray(side) ? side : [side, side];
    return [...sides(rows), ...sides(columns)] as [number, number, number, number];
  });

const imageShapeSchema = z.tuple([
  z.int().nullable(),
  z.int().positive(),
  z.int().positive(),
  z.int().positive(),
]);

const POOLING_OPTIONS = {
  pool_size: pairSchema,
  padding: paddingSchema,
  data_format: channelsLastSchema,
};

/**
 * For each supported layer class, the options that change the layer's result and their accepted
 * values. A layer may also have the options of {@linkcode IGNORED_OPTIONS} and
 * {@linkcode IGNORED_OPTION_ENDING}. Any other option must be null or false.
 */
export const LAYER_OPTIONS = {
  InputLayer: z.union([
    z.object({ batch_input_shape: imageShapeSchema }).transform((o) => o.batch_input_shape),
    z.object({ batch_shape: imageShapeSchema }).transform((o) => o.batch_shape),
  ]),
  Conv2D: z.object({
    strides: pairSchema,
    padding: paddingSchema,
    dilation_rate: pairSchema,
    groups: z.literal(1).optional(),
    activation: activationSchema,
    use_bias: z.boolean(),
    data_format: channelsLastSchema,
  }),
  BatchNormalization: z.object({
    axis: z.union([z.int(), z.tuple([z.int()])]).transform((axis) => [axis].flat()[0])
      .refine((axis) => axis === 3 || axis === -1, "must be the last axis, 3 or -1"),
    epsilon: z.number().positive(),
    center: z.boolean(),
    scale: z.boolean(),
  }),
  Activation: z.object({ activation: activationSchema }),
  ReLU: z.object({
    max_value: z.null().optional(),
    negative_slope: z.literal(0).nullish(),
    threshold: z.literal(0).nullish(),
  }),
  Add: z.object({}),
  MaxPooling2D: z.object({ ...POOLING_OPTIONS, strides: pairSchema.nullish() }),
  AveragePooling2D: z.object({ ...POOLING_OPTIONS, strides: pairSchema.nullish() }),
  GlobalAveragePooling2D: z.object({
    keepdims: z.boolean().default(false),
    data_format: channelsLastSchema,
  }),
  ZeroPadding2D: z.object({ padding: fourSidesSchema, data_format: channelsLastSchema }),
  Flatten: z.object({ data_format: channelsLastSchema }),
  Dropout: z.object({}),
  Dense: z.object({ activation: activationSchema, use_bias: z.boolean() }),
};

/** A layer class of {@linkcode LAYER_OPTIONS}. */
export type LayerClass = keyof typeof LAYER_OPTIONS;

/** Options that are not read: they do not change the result, or the weights imply them. */
export const IGNORED_OPTIONS = new Set(
  ("name dtype trainable sparse ragged optional filters units kernel_size rate noise_shape seed " +
    "momentum virtual_batch_size").split(" "),
);

/** Options with these endings are not read, because they only matter for training. */
export const IGNORED_OPTION_ENDING = /_(initializer|regularizer|constraint)$/;
