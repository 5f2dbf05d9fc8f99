import { OUTPUT_METADATA } from "./metadata.ts";

/** The contents of an inference response. */
export interface InferResult {
  /** Name of the model. */
  readonly model: string;
  /** Version of the model. */
  readonly version: string;
  /** Id of the request, if the client set one. */
  readonly id: string | undefined;
  /** Probabilities of a mitosis, 0 to 1, in the order of the images. */
  readonly probabilities: readonly number[];
}

/** Returns the JSON of an inference response, with the probabilities in `data`. */
export function inferResponse({ model, version, id, probabilities }: InferResult) {
  return {
    model_name: model,
    model_version: version,
    ...(id === undefined ? {} : { id }),
    outputs: [{
      name: OUTPUT_METADATA.name,
      datatype: OUTPUT_METADATA.datatype,
      shape: [probabilities.length],
      data: [...probabilities],
    }],
  };
}

/**
 * Encodes an inference response as JSON without `data`, followed by the probabilities as
 * little-endian float32 (binary tensor data extension).
 *
 * @returns The body, and the number of its bytes that are JSON.
 */
export function binaryInferResponse(
  result: InferResult,
): { readonly body: Uint8Array<ArrayBuffer>; readonly jsonLength: number } {
  const { outputs, ...rest } = inferResponse(result);
  const size = result.probabilities.length * 4;
  const withoutData = outputs.map(({ data: _data, ...tensor }) => ({
    ...tensor,
    parameters: { binary_data_size: size },
  }));
  const json = new TextEncoder().encode(JSON.stringify({ ...rest, outputs: withoutData }));
  const body = new Uint8Array(json.length + size);
  body.set(json);
  const view = new DataView(body.buffer, json.length);
  result.probabilities.forEach((probability, i) => view.setFloat32(i * 4, probability, true));
  return { body, jsonLength: json.length };
}
