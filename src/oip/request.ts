import { z } from "zod";
import { Problem } from "../errors.ts";
import { invalid, separateData, type TensorData } from "./separate_data.ts";
import { INPUT_NAME, OUTPUT_NAME, type TensorMetadata } from "./metadata.ts";

const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The JSON of an inference request. The schema does not check `data`, which {@linkcode separateData} reads. */
const inferRequestSchema = z.object({
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
 * Reads an inference request of the Open Inference Protocol (v2): JSON, JSON followed by the bytes of the
 * tensor (binary tensor data extension), or the bytes alone (Triton's raw binary request).
 *
 * @param body The request's body.
 * @param jsonLength The header `Inference-Header-Content-Length`: the number of bytes of the body that are
 *   JSON. Undefined if all are. If it is 0, the body is only the tensor.
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
  if (end === 0 && jsonLength !== undefined) return rawRequest(body, input, maxImages);
  const { rest, data } = separateData(body.subarray(0, end));
  const parsed = inferRequestSchema.safeParse(parseJson(rest));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join(".") || "the body"}: ${issue?.message ?? "is not valid"}`);
  }
  const { id, inputs: [tensor], outputs = [], parameters } = parsed.data;
  if (tensor === undefined) throw invalid("inputs: must be one tensor");
  const count = checkTensor(tensor, input, maxImages);
  const expectedBytes = count * elementCount(input.shape.slice(1));
  const declared = tensor.parameters?.["binary_data_size"];
  const pixels = declared === undefined
    ? pixelsFromJson(tensor.data === null ? data : undefined, tensor.shape)
    : pixelsFromBytes(body.slice(end), declared, expectedBytes);
  const unknown = outputs.find(({ name }) => name !== OUTPUT_NAME);
  if (unknown !== undefined) {
    throw invalid(`outputs: there is no '${unknown.name.slice(0, 40)}', only '${OUTPUT_NAME}'`);
  }
  // The parameter of the output overrides that of the request.
  const outputParameter = outputs[0]?.parameters?.["binary_data"];
  const binaryOutput = (outputParameter ?? parameters?.["binary_data_output"]) === true;
  return { id, count, pixels, binaryOutput };
}

/** Reads a body that is only the bytes of the tensor. */
function rawRequest(
  body: Uint8Array<ArrayBuffer>,
  { shape, datatype }: TensorMetadata,
  maxImages: number,
): InferRequest {
  const bytesPerImage = elementCount(shape.slice(1));
  const count = body.length / bytesPerImage;
  if (!Number.isInteger(count) || count === 0) {
    throw invalid(
      `its body has ${body.length} bytes; without JSON it must be the tensor ${datatype} ` +
        `[n, ${shape.slice(1).join(", ")}], ${bytesPerImage} bytes for each image`,
    );
  }
  checkImages(count, maxImages);
  return { id: undefined, count, pixels: body, binaryOutput: false };
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
  checkImages(count, maxImages);
  return count;
}

function checkImages(count: number, maxImages: number): void {
  if (count <= maxImages) return;
  throw new Problem(
    "too_many_images",
    `The tensor has ${count} images; send at most ${maxImages} in one request.`,
  );
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
 * Returns the pixels of `data`. The protocol allows flat arrays and arrays that are nested like the shape.
 * Other nestings are refused, because the pixels may then be in another order.
 */
function pixelsFromJson(
  data: TensorData | undefined,
  shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  if (data === undefined) {
    throw invalid(`data of '${INPUT_NAME}' must be an array, or bytes after the JSON`);
  }
  const { numbers, lengths } = data;
  const isFlat = lengths.length === 1;
  if (!isFlat && lengths.join() !== shape.join()) {
    throw invalid(
      `data of '${INPUT_NAME}' is nested as [${lengths.join(", ")}], not like the shape ` +
        `[${shape.join(", ")}]`,
    );
  }
  const expected = elementCount(shape);
  if (numbers.length !== expected) {
    throw invalid(
      `data of '${INPUT_NAME}' has ${numbers.length} numbers, its shape needs ${expected}`,
    );
  }
  return numbers;
}

/** Returns the number of elements of a tensor. */
function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
