import { output } from "./model.ts";

/** What an inference gave, and how it is to be told. */
export interface InferResult {
  readonly model: string;
  readonly version: string;
  readonly id: string | undefined;
  readonly probabilities: readonly number[];
}

/** The JSON of an answer; `data` is left out where its bytes follow. */
export function inferResponse({ model, version, id, probabilities }: InferResult) {
  return {
    model_name: model,
    model_version: version,
    ...(id === undefined ? {} : { id }),
    outputs: [{
      name: output.name,
      datatype: output.datatype,
      shape: [probabilities.length],
      data: [...probabilities],
    }],
  };
}

/**
 * An answer with its numbers as bytes, little-endian float32, behind the JSON (binary tensor data
 * extension).
 *
 * @returns The body, and how many bytes of it are JSON.
 */
export function binaryInferResponse(
  result: InferResult,
): { readonly body: Uint8Array<ArrayBuffer>; readonly jsonLength: number } {
  const { outputs, ...rest } = inferResponse(result);
  const size = result.probabilities.length * 4;
  const described = outputs.map(({ data: _data, ...tensor }) => ({
    ...tensor,
    parameters: { binary_data_size: size },
  }));
  const json = new TextEncoder().encode(JSON.stringify({ ...rest, outputs: described }));
  const body = new Uint8Array(json.length + size);
  body.set(json);
  const view = new DataView(body.buffer, json.length);
  result.probabilities.forEach((probability, i) => view.setFloat32(i * 4, probability, true));
  return { body, jsonLength: json.length };
}
