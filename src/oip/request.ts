import { z } from "zod";
import { Problem } from "../errors.ts";
import { INPUT_NAME, OUTPUT_NAME, type TensorMetadata } from "./metadata.ts";

const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/**
 * The JSON of an inference request. The schema does not check `data`, which may have millions of
 * numbers; {@linkcode readInferRequest} reads it.
 */
export const inferRequestSchema = z.object({
  id: z.string().max(256).optional(),
  parameters: parametersSchema.optional(),
  inputs: z.array(z.object({
    name: z.string(),
    shape: z.array(z.int().min(0)).max(8),
    datatype: z.string(),
    parameters: parametersSchema.optional(),
    data: z.unknown().optional(),
  })).length(1, "must be one tensor"),
  outputs: z.array(z.object({ name: z.string(), parameters: parametersSchema.optional() }))
    .optional(),
});

/** A validated inference request. */
export interface InferRequest {
  /** Id that is repeated in the response, if the client set one. */
  readonly id: string | undefined;
  /** Number of images. */
  readonly count: number;
  /** uint8 `[count, height, width, 3]`, RGB, 0 to 255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Whether the client asked for probabilities as bytes after the JSON. */
  readonly binaryOutput: boolean;
}

/**
 * Reads an inference request of the Open Inference Protocol (v2): JSON, or JSON followed by the
 * bytes of the tensor (binary tensor data extension).
 *
 * @param body The request's body.
 * @param jsonLength The header `Inference-Header-Content-Length`: how many bytes of the body are JSON.
 *   Undefined if all are.
 * @param input Metadata of the tensor that the model takes: UINT8 `[-1, height, width, 3]`.
 * @param maxImages Maximum number of images.
 * @throws {Problem} `request_invalid` or `too_many_images`.
 */
export function readInferRequest(
  body: Uint8Array<ArrayBuffer>,
  jsonLength: string | undefined,
  input: TensorMetadata,
  maxImages: number,
): InferRequest {
  const end = jsonLength === undefined ? body.length : parseLength(jsonLength, body.length);
  const parsed = inferRequestSchema.safeParse(parseJson(body.subarray(0, end)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join(".") || "the body"}: ${issue?.message ?? "is not valid"}`);
  }
  const { id, inputs: [tensor], outputs = [], parameters } = parsed.data;
  if (tensor === undefined) throw invalid("inputs: must be one tensor");
  const count = checkTensor(tensor, input, maxImages);
  const expectedBytes = count * sizeOf(input.shape.slice(1));
  const declared = tensor.parameters?.["binary_data_size"];
  const pixels = declared === undefined
    ? pixelsFromJson(tensor.data, tensor.shape)
    : pixelsFromBytes(body.slice(end), declared, expectedBytes);
  const unknown = outputs.find(({ name }) => name !== OUTPUT_NAME);
  if (unknown !== undefined) {
    throw invalid(`outputs: there is no '${unknown.name.slice(0, 40)}', only '${OUTPUT_NAME}'`);
  }
  // The parameter of the output counts before that of the request.
  const outputParameter = outputs[0]?.parameters?.["binary_data"];
  const binaryOutput = (outputParameter ?? parameters?.["binary_data_output"]) === true;
  return { id, count, pixels, binaryOutput };
}

function parseLength(text: string, maxLength: number): number {
  const length = /^\d+$/.test(text) ? Number(text) : NaN;
  if (length <= maxLength) return length;
  throw invalid(
    `Inference-Header-Content-Length is '${text.slice(0, 20)}'; it must be a number from 0 to ` +
      `${maxLength}, the length of the body`,
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid(
      "its body is not JSON (if bytes follow the JSON, set Inference-Header-Content-Length)",
    );
  }
}

/** Checks a tensor's name, datatype and shape. Returns its number of images. */
function checkTensor(
  tensor: { name: string; shape: readonly number[]; datatype: string },
  { shape, datatype }: TensorMetadata,
  maxImages: number,
): number {
  if (tensor.name !== INPUT_NAME) {
    throw invalid(`inputs: there is no '${tensor.name.slice(0, 40)}', only '${INPUT_NAME}'`);
  }
  const [count = 0, ...rest] = tensor.shape;
  const fits = rest.length === 3 && rest.every((size, i) => size === shape[i + 1]);
  if (tensor.datatype !== datatype || !fits || count === 0) {
    throw invalid(
      `'${INPUT_NAME}' is ${tensor.datatype.slice(0, 16)} [${
        tensor.shape.join(", ")
      }]; it must be ` +
        `${datatype} [n, ${shape.slice(1).join(", ")}] with n at least 1`,
    );
  }
  if (count > maxImages) {
    throw new Problem(
      "too_many_images",
      `The tensor has ${count} images; send at most ${maxImages} in one request.`,
    );
  }
  return count;
}

function pixelsFromBytes(
  bytes: Uint8Array<ArrayBuffer>,
  declared: unknown,
  expected: number,
): Uint8Array<ArrayBuffer> {
  if (declared === expected && bytes.length === expected) return bytes;
  throw invalid(
    `'${INPUT_NAME}' must have ${expected} bytes by its shape; binary_data_size is ${declared}, and ` +
      `${bytes.length} bytes follow the JSON`,
  );
}

/**
 * Reads pixels from JSON. The protocol allows flat arrays and arrays that are nested like the shape.
 * Other nestings are refused, because the pixels may then be in another order.
 */
function pixelsFromJson(data: unknown, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const expected = sizeOf(shape);
  const pixels = new Uint8Array(expected);
  const isNested = Array.isArray(data) && Array.isArray(data[0]);
  let at = 0;
  function take(value: unknown, depth: number): void {
    if (Array.isArray(value) && (isNested ? value.length === shape[depth] : depth === 0)) {
      for (const item of value) take(item, depth + 1);
      return;
    }
    if (isNested && depth < shape.length) {
      throw invalid(
        `data of '${INPUT_NAME}' is nested, but not like the shape [${shape.join(", ")}]`,
      );
    }
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 255) {
      throw invalid(
        `data of '${INPUT_NAME}' must be integers from 0 to 255, flat or nested like the shape`,
      );
    }
    if (at < expected) pixels[at] = value;
    at++;
  }
  if (!Array.isArray(data)) {
    throw invalid(`data of '${INPUT_NAME}' must be an array, or bytes after the JSON`);
  }
  take(data, 0);
  if (at !== expected) {
    throw invalid(
      `data of '${INPUT_NAME}' has ${at} numbers, but by its shape it must have ${expected}`,
    );
  }
  return pixels;
}

/** Returns the number of elements of a tensor. */
function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function invalid(what: string): Problem {
  return new Problem("request_invalid", `The inference request is not valid: ${what}.`);
}
