import { Problem } from "../errors.ts";
import type { Fflate, MozJpeg, OpenJpeg, TiffLibraries, Zstd } from "../image/tiff/libraries.ts";

/**
 * Loads the packages that unpack TIFFs into a browser, each when the first file needs it. All of them throw
 * the {@linkcode Problem} `internal` if the service does not send a package.
 */
export const pageLibraries: TiffLibraries = {
  fflate: async () => await importLibrary("fflate.js") as Fflate,
  async zstd() {
    const { ZSTDDecoder } = await importLibrary("zstddec.js");
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return decoder as Zstd;
  },
  mozJpeg: async (options) => await startProgram("mozjpeg_dec", options) as MozJpeg,
  openJpeg: async (options) => await startProgram("openjpeg_dec", options) as OpenJpeg,
};

/** Loads and starts a program that Emscripten compiled to WebAssembly. */
async function startProgram(name: string, options: object): Promise<unknown> {
  const [{ default: create }, wasmBinary] = await Promise.all([
    importLibrary(`${name}.js`),
    fetchLibrary(`${name}.wasm`),
  ]);
  return await create({ ...options, noInitialRun: true, wasmBinary });
}

async function importLibrary(name: string) {
  return await import(libraryUrl(name)).catch(() => {
    throw notLoaded(name);
  });
}

async function fetchLibrary(name: string): Promise<ArrayBuffer> {
  const response = await fetch(libraryUrl(name)).catch(() => undefined);
  if (!response?.ok) throw notLoaded(name);
  return await response.arrayBuffer();
}

/** Creates the problem of a missing package, which must not be reported as a damaged TIFF. */
function notLoaded(name: string): Problem {
  return new Problem(
    "internal",
    `The service did not send ${name}, which is needed to open this TIFF. Try again, and check that ` +
      "the service is running.",
  );
}

function libraryUrl(name: string): string {
  return new URL(`../npm/${name}`, import.meta.url).href;
}
