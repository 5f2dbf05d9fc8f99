import wasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };

let compiled: WebAssembly.Module | undefined;

/** Compiles the JPEG decoder, once a thread. It comes with the program as bytes, so no file is read. */
export function compileJpegDecoder(): WebAssembly.Module {
  return compiled ??= new WebAssembly.Module(wasm);
}
