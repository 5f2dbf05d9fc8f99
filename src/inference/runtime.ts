import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

/** Compiles the ONNX runtime, which comes with the program as bytes: no file is read. */
export function compileRuntime(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(wasm);
}
