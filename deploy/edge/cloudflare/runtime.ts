// deno-lint-ignore-file
// @ts-ignore: the build writes this file, and Cloudflare compiles it.
import runtime from "./ort.wasm";

/**
 * Replaces `src/inference/runtime.ts`: Cloudflare does not allow compiling WebAssembly from bytes.
 */
export function compileRuntime(): Promise<WebAssembly.Module> {
  return Promise.resolve(runtime);
}
