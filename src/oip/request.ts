import { z } from "zod";
import { Problem } from "../errors.ts";
import { INPUT, OUTPUT, type TensorMetadata } from "./model.ts";

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The JSON of an inference request; `data` is read apart, since it may hold millions of numbers. */
export const inferRequestSchema = z.object({
  id: z.string().max(256).optional(),
  parameters: parameters.optional(),
  inputs: z.array(z.object({
    name: z.string(),
    shape: z.array(z.int().min(0)).max(8),
    datatype: z.string(),
    parameters: parameters.optional(),
    data: z.unknown().optional(),
  })).length(1, "one tensor"),
  outputs: z.array(z.object({ name: z.string(), parameters: parameters.optional() })).optional(),
});

/** An inference request that was understood. */
export interface InferRequest {
  /** Given back with the answer, where the client set it. */
  readonly id: string | undefined;
  /** How many pictures there are. */
  readonly count: number;
  /** uint8 `[count, height, width, 3]`, RGB, 0 to 255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Whether the answer's numbers are to follow its JSON as bytes. */
  readonly binaryOutput: boolean;
}

/**
 * Reads an inference request of the Open Inference Protocol (v2): JSON alone, or JSON followed by the
 * bytes of the tensor (binary tensor data extension).
 *
 * @param body The whole body.
 * @param jsonLength How many bytes of it are JSON: the header `Inference-Header-Content-Length`.
 * @param input The tensor that the model takes.
 * @param maxImages More than this are refused.
 * @throws {Problem} `request_invalid` or `too_many_images`.
 */
export function readInferRequest(
  body: Uint8Array<ArrayBuffer>,
  jsonLength: string | undefined,
  input: TensorMetadata,
  maxImages: number,
): InferRequest {
  const end = jsonLength === undefined ? body.length : lengthOf(jsonLength, body.length);
  const parsed = inferRequestSchema.safeParse(parseJson(body.subarray(0, end)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join(".") || "the body"}: ${issue?.message ?? "not valid"}`);
  }
  const { id, inputs: [tensor], outputs = [], parameters } = parsed.data;
  if (tensor === undefined) throw invalid("inputs: one tensor");
  const count = checkTensor(tensor, input, maxImages);
  const wanted = count * volume(input.shape.slice(1));
  const declared = tensor.parameters?.["binary_data_size"];
  const pixels = declared === undefined
    ? pixelsOfJson(tensor.data, wanted)
    : pixelsOfBytes(body.slice(end), declared, wanted);
  const unknown = outputs.find(({ name }) => name !== OUTPUT);
  if (unknown !== undefined) {
    throw invalid(`outputs: there is no '${unknown.name.slice(0, 40)}', only '${OUTPUT}'`);
  }
  const asked = outputs[0]?.parameters?.["binary_data"];
  const binaryOutput = (asked ?? parameters?.["binary_data_output"]) === true;
  return { id, count, pixels, binaryOutput };
}

function lengthOf(typed: string, most: number): number {
  const length = /^\d+$/.test(typed) ? Number(typed) : NaN;
  if (length <= most) return length;
  throw invalid(`Inference-Header-Content-Length is '${typed.slice(0, 20)}' of ${most} bytes`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid(
      "its body is not JSON (with tensors as bytes behind it, set Inference-Header-Content-Length)",
    );
  }
}

/** @returns How many pictures the tensor holds. */
function checkTensor(
  tensor: { name: string; shape: readonly number[]; datatype: string },
  { shape, datatype }: TensorMetadata,
  maxImages: number,
): number {
  if (tensor.name !== INPUT) {
    throw invalid(`inputs: there is no '${tensor.name.slice(0, 40)}', only '${INPUT}'`);
  }
  const [count = 0, ...rest] = tensor.shape;
  const fits = rest.length === 3 && rest.every((size, i) => size === shape[i + 1]);
  if (tensor.datatype !== datatype || !fits || count === 0) {
    throw invalid(
      `'${INPUT}' is ${tensor.datatype.slice(0, 16)} [${tensor.shape.join(", ")}]; it takes ` +
        `${datatype} [n, ${shape.slice(1).join(", ")}] with n from 1 on`,
    );
  }
  if (count > maxImages) {
    throw new Problem(
      "too_many_images",
      `The tensor has ${count} images; send ${maxImages} at most in one request.`,
    );
  }
  return count;
}

function pixelsOfBytes(
  bytes: Uint8Array<ArrayBuffer>,
  declared: unknown,
  wanted: number,
): Uint8Array<ArrayBuffer> {
  if (declared === wanted && bytes.length === wanted) return bytes;
  throw invalid(
    `'${INPUT}' takes ${wanted} bytes; binary_data_size says ${declared}, and ${bytes.length} came`,
  );
}

/** Numbers in rows, or nested as the shape says; either is what the protocol allows. */
function pixelsOfJson(data: unknown, wanted: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(wanted);
  let at = 0;
  function take(value: unknown, depth: number): void {
    if (Array.isArray(value) && depth < 4) {
      for (const item of value) take(item, depth + 1);
      return;
    }
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 255) {
      throw invalid(`data of '${INPUT}': whole numbers, 0 to 255, flat or nested as the shape`);
    }
    if (at < wanted) pixels[at] = value;
    at++;
  }
  if (!Array.isArray(data)) throw invalid(`data of '${INPUT}': an array, or bytes behind the JSON`);
  take(data, 0);
  if (at !== wanted) throw invalid(`data of '${INPUT}' has ${at} numbers; its shape has ${wanted}`);
  return pixels;
}

function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function invalid(what: string): Problem {
  return new Problem("request_invalid", `The inference request is not valid: ${what}.`);
}
