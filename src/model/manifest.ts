import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
const probability = z.number().min(0).max(1);
const fileName = z.string().regex(/^[\w][\w.-]*(\/[\w][\w.-]*)*$/, "a path inside the bundle");

/** One line of measured quality: which data, and what was reached on it. */
const qualitySchema = z.strictObject({
  data: z.string(),
  sensitivity: probability.optional(),
  falsePositiveRate: probability.optional(),
  averagePrecision: probability.optional(),
  auc: probability.optional(),
  f1: probability.optional(),
});

/**
 * What a bundle's `manifest.json` must say. A bundle is a folder with this file, the network as
 * ONNX, and a model card (`README.md`).
 */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The first six fields are IBM's `GET /model/metadata`, word for word. */
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.string().min(1),
  type: z.literal("image_classification"),
  license: z.string().min(1),
  source: z.string().min(1),
  version: z.string().min(1),
  network: z.strictObject({ file: fileName, sha256, opset: z.int().min(7) }),
  input: z.strictObject({
    name: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    channelOrder: z.enum(["RGB", "BGR"]),
    layout: z.enum(["NCHW", "NHWC"]),
    dtype: z.enum(["float32", "uint8"]),
    /** The network gets `value * scale + offset`, where value is 0 to 255, per channel as given in channelOrder. */
    normalization: z.strictObject({
      scale: z.tuple([z.number(), z.number(), z.number()]),
      offset: z.tuple([z.number(), z.number(), z.number()]),
    }),
  }),
  output: z.strictObject({
    name: z.string(),
    /** `logit`: the service applies the logistic function; `probability`: it takes the number as it is. */
    kind: z.enum(["probability", "logit"]),
  }),
  /**
   * Present where the network is a stack of convolutions without padding, so that one pass over a
   * field of `[H, W]` gives what all its windows give alone: output `[N, 1, (H - receptiveField) /
   * stride + 1, (W - receptiveField) / stride + 1]`, in which `(i, j)` is the window whose upper left
   * corner is at row `stride * i`, column `stride * j`. It is tried before anything is served.
   */
  fullyConvolutional: z.strictObject({
    /** Pixels across and down on which one answer depends: the width and height of the input. */
    receptiveField: z.int().positive(),
    stride: z.int().positive(),
  }).optional(),
  /**
   * Present where all eight rotations and mirrorings of a patch get the same probability by the
   * network's making, so that looking at more than one is of no use. It is tried before anything is
   * served.
   */
  orientationInvariant: z.literal(true).optional(),
  /** A probability from here on is called a mitosis. */
  threshold: probability,
  /** Resolution for which the network was trained, micrometers per pixel. */
  mpp: z.number().min(0.15),
  trainedOn: z.array(z.string()).min(1),
  quality: z.array(qualitySchema),
  /** One image of the bundle and the probability it must give on this machine before anything is served. */
  selfTest: z.strictObject({
    image: fileName,
    probability,
    tolerance: z.number().positive().max(0.01),
  }),
}).refine(({ fullyConvolutional, input }) => {
  const side = fullyConvolutional?.receptiveField ?? input.width;
  return fullyConvolutional === undefined || (side === input.width && side === input.height);
}, {
  path: ["fullyConvolutional", "receptiveField"],
  message: "it must be the input's width and height",
}).refine(
  ({ orientationInvariant, input }) => !orientationInvariant || input.width === input.height,
  {
    path: ["orientationInvariant"],
    message: "only a square input can be turned",
  },
);

/**
 * Validates a parsed `manifest.json`. Bundles that were written before the resolution was called `mpp`
 * have it as `micronsPerPixel`, which is read too.
 */
export function parseManifest(document: unknown): z.ZodSafeParseResult<Manifest> {
  if (typeof document === "object" && document !== null && "micronsPerPixel" in document) {
    const { micronsPerPixel, ...rest } = document;
    return manifestSchema.safeParse({ mpp: micronsPerPixel, ...rest });
  }
  return manifestSchema.safeParse(document);
}

/** A validated `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>;

/** How pixels become the network's input: the part of the manifest that inference needs. */
export type NetworkInput = Manifest["input"];
