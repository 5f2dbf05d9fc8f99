import type { Config } from "../config.ts";
import type { Classifier } from "../patch/classifier.ts";
import { type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import {
  type Field,
  FIELD_METHODS,
  type FieldMethod,
  type FieldRequest,
  readFieldHeader,
} from "./field.ts";
import { openFieldsInWorkers } from "./field_workers.ts";

/** Opens fields of view, on this thread or in Workers. */
export interface FieldOpener {
  /**
   * Opens a field. The bytes of the request move to the field: do not use them after.
   *
   * @throws {Problem} when the file cannot be decoded; the reason of `signal` when it fires.
   */
  open(request: FieldRequest, signal?: AbortSignal): Promise<Field>;
  /** Ends idle Workers. Fields that are open stay open. */
  close(): void;
}

/** Opens fields in Workers, or on this thread where the settings allow no Workers. */
export function fieldOpener(
  { inferenceWorkers, maxFields }: Pick<Config, "inferenceWorkers" | "maxFields">,
): FieldOpener {
  return inferenceWorkers === 0 ? openFieldsInThread : openFieldsInWorkers(maxFields);
}

/**
 * Makes the request to open a file as a field for a classifier. The bytes are copied.
 *
 * @param mpp Micrometers per pixel that the user gives, if any.
 */
export function fieldRequest(
  { bundle }: Pick<Classifier, "bundle">,
  bytes: Uint8Array,
  maxPixels: number,
  mpp: number | undefined,
): FieldRequest {
  const { input: { width, height }, mpp: modelMpp } = bundle.manifest;
  return { bytes: bytes.slice(), maxPixels, mpp, model: { mpp: modelMpp, width, height } };
}

/** Opens fields on this thread, for platforms without Workers. Other tasks run between two calls. */
export const openFieldsInThread: FieldOpener = {
  async open(request, signal) {
    const field = await (await readFieldHeader(request)).decode();
    const methods = forwardMethods<Field, FieldMethod>(FIELD_METHODS, async (name, args) => {
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      const method: AnyMethod = field[name];
      return await method(...args);
    });
    return { ...field, ...methods };
  },
  close() {},
};
