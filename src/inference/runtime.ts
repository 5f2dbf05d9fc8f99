import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the ONNX runtime, once a process. It comes with the program as bytes, so no file is read;
 * these 14 MB are given back when they are compiled.
 */
export function compileRuntime(): Promise<WebAssembly.Module> {
  return compiled ??= compile();
}

async function compile(): Promise<WebAssembly.Module> {
  const module = await WebAssembly.compile(wasm);
  wasm.buffer.transfer(0);
  return module;
}
