import wasm from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm" with { type: "bytes" };

let compiled: WebAssembly.Module | undefined;

/**
 * Compiles the PNG codec, once per thread. The build for Cloudflare replaces this file, because WebAssembly
 * cannot be compiled there at run time.
 */
export function compilePngCodec(): WebAssembly.Module {
  return compiled ??= new WebAssembly.Module(wasm);
}
