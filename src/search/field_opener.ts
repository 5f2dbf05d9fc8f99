import type { Config } from "../config.ts";
import type { Classifier } from "../patch/classifier.ts";
import { type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import {
  type Field,
  FIELD_METHODS,
  type FieldMethodName,
  type FieldRequest,
  readFieldHeader,
} from "./field.ts";
import { openFieldsInWorkers } from "./field_workers.ts";

/** Opens fields of view, on this thread or in Workers. */
export interface FieldOpener {
  /**
   * Opens a field: reads the header, then decodes all pixels. The bytes of the request move to the
   * field and cannot be used afterwards.
   *
   * @param signal When it fires, the opening and all calls of the field reject with its reason.
   * @throws {Problem} a problem of the file, or `image_too_complex` when a Worker does not decode
   * it in time; the reason of `signal` when it fires.
   */
  open(request: FieldRequest, signal?: AbortSignal): Promise<Field>;
  /** Terminates idle Workers. Fields that are open stay open. */
  close(): void;
}

/** Returns what opens fields: in Workers, or on this thread if `inferenceWorkers` is 0. */
export function fieldOpener(
  { inferenceWorkers, maxFields }: Pick<Config, "inferenceWorkers" | "maxFields">,
): FieldOpener {
  return inferenceWorkers === 0 ? openFieldsInThread : openFieldsInWorkers(maxFields);
}

/**
 * Makes the request to open a file as a field for a classifier. Copies the bytes, so that the
 * caller's own stay usable.
 *
 * @param bytes A PNG, JPEG or TIFF file.
 * @param maxPixels Maximum number of pixels. Larger pictures are refused.
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

/**
 * Opens fields on this thread, for platforms without Workers. Other tasks can run between two
 * calls.
 */
export const openFieldsInThread: FieldOpener = {
  async open(request, signal) {
    signal?.throwIfAborted();
    const field = await (await readFieldHeader(request)).decode();
    signal?.throwIfAborted();
    const methods = forwardMethods<Field, FieldMethodName>(FIELD_METHODS, async (name, args) => {
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      const method: AnyMethod = field[name];
      return await method(...args);
    });
    return { ...field, ...methods };
  },
  close() {},
};
