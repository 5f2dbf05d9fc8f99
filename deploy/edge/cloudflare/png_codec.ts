// deno-lint-ignore-file
// @ts-ignore: the build puts it there, and Cloudflare compiles it.
import codec from "./png.wasm";

/** In place of `src/image/png/compile.ts`: on Cloudflare nobody may compile bytes. */
export function compilePngCodec(): WebAssembly.Module {
  return codec;
}
