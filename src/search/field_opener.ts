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
import type { MemoryBudget } from "./memory_budget.ts";

/** Opens fields of view, on this thread or in Workers. */
export interface FieldOpener {
  /**
   * Opens a field: reads the header, then decodes all pixels. The bytes of the request move to the
   * field and cannot be used afterwards.
   *
   * @param signal When it aborts, the opening and all calls of the field reject with its reason.
   * @throws {Problem} a problem of the file, or `image_too_complex` when a Worker does not decode
   * it in time; the reason of `signal` when it aborts.
   */
  open(request: FieldRequest, signal?: AbortSignal): Promise<Field>;
  /** Terminates idle Workers. Fields that are open stay open. */
  close(): void;
}

/**
 * Creates a field opener. It opens fields in Workers, or on this thread if `inferenceWorkers` is 0.
 *
 * @param budget Admits fields by the memory that they take; without it, all are admitted.
 */
export function fieldOpener(
  { inferenceWorkers, maxFields }: Pick<Config, "inferenceWorkers" | "maxFields">,
  budget?: MemoryBudget,
): FieldOpener {
  return inferenceWorkers === 0
    ? openFieldsOnThread(budget)
    : openFieldsInWorkers(maxFields, { budget });
}

/**
 * Creates the request to open a file as a field for a classifier. Copies the bytes, because the opener
 * moves them to another thread.
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
 * Creates a field opener for platforms without Workers: it opens fields on this thread. Other tasks can run
 * between two calls.
 */
export function openFieldsOnThread(budget?: MemoryBudget): FieldOpener {
  return {
    async open(request, signal) {
      signal?.throwIfAborted();
      budget?.check();
      const { needs, decode } = await readFieldHeader(request);
      const releaseMemory = await budget?.acquire(needs, signal);
      try {
        const field = await decode();
        signal?.throwIfAborted();
        const methods = forwardMethods<Field, FieldMethodName>(
          FIELD_METHODS,
          async (name, args) => {
            await new Promise((resolve) => setTimeout(resolve));
            signal?.throwIfAborted();
            const method: AnyMethod = field[name];
            return await method(...args);
          },
        );
        const close = () => {
          field.close();
          releaseMemory?.();
        };
        return { ...field, ...methods, close };
      } catch (thrown) {
        releaseMemory?.();
        throw thrown;
      }
    },
    close() {},
  };
}
