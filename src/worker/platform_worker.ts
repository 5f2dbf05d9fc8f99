/**
 * The platform's own class `Worker`. Import it from here: when the ONNX runtime loads in this thread, it
 * replaces `globalThis.Worker` with the class of `node:worker_threads`, whose threads have no `self`.
 */
export const PlatformWorker = globalThis.Worker;
