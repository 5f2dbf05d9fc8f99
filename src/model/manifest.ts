import { z } from "zod";
import { networkInputSchema } from "./network_input.ts";

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");
const probabilitySchema = z.number().min(0).max(1);
const fileNameSchema = z.string().regex(
  /^[\w][\w.-]*(\/[\w][\w.-]*)*$/,
  "must be a relative path inside the bundle, of letters, digits, '_', '.' and '-', with no part that " +
    "begins with '.' or '-'",
);

/** Measured quality on one data set, which `data` names. */
const qualitySchema = z.strictObject({
  data: z.string(),
  sensitivity: probabilitySchema.optional(),
  falsePositiveRate: probabilitySchema.optional(),
  averagePrecision: probabilitySchema.optional(),
  auc: probabilitySchema.optional(),
  f1: probabilitySchema.optional(),
});

/**
 * The schema of a bundle's `manifest.json`. A bundle is a folder with this file, the network in ONNX
 * format, the image of the self-test, and a model card (`README.md`).
 */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The fields from `id` to `source` are those of `GET /model/metadata` in IBM's service. */
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.string().min(1),
  type: z.literal("image_classification"),
  license: z.string().min(1),
  source: z.string().min(1),
  version: z.string().min(1),
  network: z.strictObject({ file: fileNameSchema, sha256: sha256Schema, opset: z.int().min(7) }),
  input: networkInputSchema,
  output: z.strictObject({
    /** Name of the network's output tensor. */
    name: z.string(),
    /**
     * The service converts a `logit` with the logistic function, and takes a `probability` as it
     * is.
     */
    kind: z.enum(["probability", "logit"]),
  }),
  /**
   * Present for a network of convolutions without padding. One run over an image of `[H, W]` pixels
   * then gives the same probabilities as separate runs over windows of the image. The output is
   * `[N, 1, rows, columns]`, with `rows = (H - receptiveField) / stride + 1` and
   * `columns = (W - receptiveField) / stride + 1`. Element `(i, j)` belongs to the window whose upper
   * left corner is at row `stride * i`, column `stride * j`. The service checks this when it loads
   * the model.
   */
  fullyConvolutional: z.strictObject({
    /**
     * Side of the window that one probability depends on, in pixels. It must equal the input's width and
     * height.
     */
    receptiveField: z.int().positive(),
    /** Distance between neighboring windows, in pixels. */
    stride: z.int().positive(),
  }).optional(),
  /**
   * Present for a network that gives all eight rotations and reflections of a patch the same
   * probability by construction, so that test-time augmentation is useless. The service checks this
   * when it loads the model.
   */
  orientationInvariant: z.literal(true).optional(),
  /** A patch with at least this probability counts as a mitosis. */
  threshold: probabilitySchema,
  /** Resolution that the network was trained for, in micrometers per pixel; at least 0.15. */
  mpp: z.number().min(0.15),
  /** Names of the data sets that the network was trained on. */
  trainedOn: z.array(z.string()).min(1),
  quality: z.array(qualitySchema),
  /**
   * An image of the bundle and its probability, which the service must reproduce when it loads the
   * model.
   */
  selfTest: z.strictObject({
    image: fileNameSchema,
    probability: probabilitySchema,
    /** Largest accepted difference from this probability. */
    tolerance: z.number().positive().max(0.01),
  }),
}).refine(({ fullyConvolutional, input }) => {
  const side = fullyConvolutional?.receptiveField ?? input.width;
  return fullyConvolutional === undefined || (side === input.width && side === input.height);
}, {
  path: ["fullyConvolutional", "receptiveField"],
  message: "must be the input's width and height",
}).refine(
  ({ orientationInvariant, input }) => !orientationInvariant || input.width === input.height,
  {
    path: ["orientationInvariant"],
    message: "must be left out, because the input is not square",
  },
);

/**
 * Validates the contents of `manifest.json`, parsed as JSON. Also accepts `micronsPerPixel`, the name of
 * `mpp` in older bundles.
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
