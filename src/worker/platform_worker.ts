/**
 * The platform's own Worker. It is kept here before the ONNX runtime loads in this thread, because the
 * runtime replaces `globalThis.Worker` with that of `node:worker_threads`, in which `self` is missing.
 */
export const PlatformWorker = globalThis.Worker;
