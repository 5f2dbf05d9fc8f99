import type { Fflate, MozJpeg, OpenJpeg, TiffLibraries, Zstd } from "../image/tiff/libraries.ts";

/** The packages that unpack TIFFs as a browser loads them: each when the first file needs it. */
export const pageLibraries: TiffLibraries = {
  fflate: async () => await import(address("fflate.js")) as Fflate,
  async zstd() {
    const { ZSTDDecoder } = await import(address("zstddec.js"));
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return decoder as Zstd;
  },
  mozJpeg: async (options) => await program("mozjpeg_dec", options) as MozJpeg,
  openJpeg: async (options) => await program("openjpeg_dec", options) as OpenJpeg,
};

/** Starts an Emscripten program. */
async function program(name: string, options: object): Promise<unknown> {
  const [{ default: create }, wasm] = await Promise.all([
    import(address(`${name}.js`)),
    fetch(address(`${name}.wasm`)),
  ]);
  if (!wasm.ok) throw new Error(`${wasm.url} answered ${wasm.status}`);
  return await create({
    ...options,
    noInitialRun: true,
    wasmBinary: await wasm.arrayBuffer(),
  });
}

function address(name: string): string {
  return new URL(`../npm/${name}`, import.meta.url).href;
}
