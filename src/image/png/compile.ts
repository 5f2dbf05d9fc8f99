import wasm from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm" with { type: "bytes" };

let compiled: WebAssembly.Module | undefined;

/** Compiles the PNG codec, once a thread. It comes with the program as bytes, so no file is read. */
export function compilePngCodec(): WebAssembly.Module {
  return compiled ??= new WebAssembly.Module(wasm);
}
