// deno-lint-ignore-file
// @ts-ignore: the build puts it there, and Cloudflare compiles it.
import decoder from "./jpeg.wasm";

/** In place of `src/image/jpeg/compile.ts`: on Cloudflare nobody may compile bytes. */
export function compileJpegDecoder(): WebAssembly.Module {
  return decoder;
}
