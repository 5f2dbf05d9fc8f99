import wasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };

let compiled: WebAssembly.Module | undefined;

/**
 * Compiles the JPEG decoder, once per thread. The build for Cloudflare replaces this file, because
 * WebAssembly cannot be compiled there at run time.
 */
export function compileJpegDecoder(): WebAssembly.Module {
  return compiled ??= new WebAssembly.Module(wasm);
}
