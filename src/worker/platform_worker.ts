/**
 * The platform's own Worker, kept from before the ONNX runtime is used in this thread: it puts that
 * of `node:worker_threads` in its place, in which there is no `self`.
 */
export const PlatformWorker = globalThis.Worker;
