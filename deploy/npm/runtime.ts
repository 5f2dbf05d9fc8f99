import { readAsset } from "./assets.ts";

let compiled: Promise<WebAssembly.Module> | undefined;

/** Replaces `src/inference/runtime.ts`: the ONNX runtime is a file beside the bundle. */
export function compileRuntime(): Promise<WebAssembly.Module> {
  return compiled ??= readAsset("ort.wasm").then((bytes) => WebAssembly.compile(bytes));
}
