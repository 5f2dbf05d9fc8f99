import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the ONNX runtime, once a process. It comes with the program as bytes, so no file is read;
 * these 14 MB are given back when they are compiled.
 *
 * Workers share the machine code, which is made function by function when each is first called. What
 * is called often V8 makes again and better, and it counts over all Workers: a function of 0.9 MB that
 * each calls once as it starts is hot with the third, and takes 450 MB and two seconds to be made
 * again. `--wasm-tiering-budget` in `deno.json` lets V8 wait until more than 200 have started.
 */
export function compileRuntime(): Promise<WebAssembly.Module> {
  return compiled ??= compile();
}

async function compile(): Promise<WebAssembly.Module> {
  // A resizable buffer has pages of its own. What is freed of an ordinary one, the C library keeps.
  const pages = new ArrayBuffer(wasm.length, { maxByteLength: wasm.length });
  new Uint8Array(pages).set(wasm);
  wasm.buffer.transfer(0);
  const module = await WebAssembly.compile(new Uint8Array(pages));
  pages.resize(0);
  return module;
}
