import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the ONNX runtime. Later calls return the same module. The runtime is embedded in the program
 * as bytes, so no file is read. The 14 MB of bytes are freed after compilation.
 *
 * All Workers share the compiled machine code. V8 compiles a function with its baseline compiler when the
 * function is first called, and again with its optimizing compiler when it has been called often. V8 adds
 * up the calls of all Workers. The runtime has a start-up function of 0.9 MB that each Worker calls once.
 * By default, the third Worker would make V8 optimize this function, which takes 450 MB and 2 s. The flag
 * `--wasm-tiering-budget` in `deno.json` raises that limit to more than 200 Workers.
 */
export function compileRuntime(): Promise<WebAssembly.Module> {
  return compiled ??= compile();
}

async function compile(): Promise<WebAssembly.Module> {
  // Shrinking a resizable buffer returns its pages to the operating system. The memory of an ordinary
  // buffer would stay with the C library's allocator after it is freed.
  const bytes = new ArrayBuffer(wasm.length, { maxByteLength: wasm.length });
  new Uint8Array(bytes).set(wasm);
  wasm.buffer.transfer(0);
  const module = await WebAssembly.compile(new Uint8Array(bytes));
  bytes.resize(0);
  return module;
}
