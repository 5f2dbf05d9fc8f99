import createMozJpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import mozJpegWasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };
import type { EmscriptenOptions, MozJpeg, OpenJpeg, TiffLibraries } from "./libraries.ts";

let mozJpegModule: Promise<WebAssembly.Module> | undefined;
let openJpegModule: Promise<WebAssembly.Module> | undefined;
let zstd: ReturnType<TiffLibraries["zstd"]> | undefined;

/** The libraries as Deno loads them: they are part of the program, so no file is read at run time. */
export const npmLibraries: TiffLibraries = {
  fflate: () => import("fflate"),
  zstd: () => zstd ??= loadZstd(),
  async mozJpeg(options) {
    mozJpegModule ??= WebAssembly.compile(mozJpegWasm);
    return await createMozJpeg({
      noInitialRun: true,
      ...withModule(await mozJpegModule, options),
    }) as MozJpeg;
  },
  async openJpeg(options) {
    const [{ default: create }, { default: wasm }] = await Promise.all([
      import("@cornerstonejs/codec-openjpeg/decodewasmjs"),
      import("@cornerstonejs/codec-openjpeg/decodewasm", { with: { type: "bytes" } }),
    ]);
    openJpegModule ??= WebAssembly.compile(wasm);
    return await create(withModule(await openJpegModule, options)) as OpenJpeg;
  },
};

async function loadZstd() {
  const { ZSTDDecoder } = await import("zstddec");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return decoder;
}

/** Adds compiled WebAssembly to the options of an Emscripten program. */
function withModule(module: WebAssembly.Module, options: EmscriptenOptions) {
  return {
    ...options,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  };
}
