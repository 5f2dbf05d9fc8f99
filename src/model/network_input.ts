import { z } from "zod";

/**
 * The schema of `input` in `manifest.json`. The size of a patch stands only there. For patches of
 * 128 x 128 px, write 128 as `width` and `height`, and as `fullyConvolutional.receptiveField` if present.
 */
export const networkInputSchema = z.strictObject({
  /** Name of the network's input tensor. */
  name: z.string(),
  /** Size of a patch, in pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  channelOrder: z.enum(["RGB", "BGR"]),
  layout: z.enum(["NCHW", "NHWC"]),
  dtype: z.enum(["float32", "uint8"]),
  /**
   * The network's input is `value * scale + offset`, where `value` is 0 to 255. The three numbers
   * are in the order of `channelOrder`. With the dtype `uint8`, the results must be integers from 0 to
   * 255; the schema does not check this.
   */
  normalization: z.strictObject({
    scale: z.tuple([z.number(), z.number(), z.number()]),
    offset: z.tuple([z.number(), z.number(), z.number()]),
  }),
});

/** The size of a network's input, and how pixels are converted to it. */
export type NetworkInput = z.infer<typeof networkInputSchema>;
