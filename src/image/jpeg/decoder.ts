import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { compileJpegDecoder } from "./compile.ts";

/** What came of one run of the decoder. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** uint8 `[height, width, 4]`. */
  readonly rgba: Uint8ClampedArray;
  /** What libjpeg printed first: a warning, or an error; undefined where it had nothing to say. */
  readonly complaint: string | undefined;
}

const PAGE_BYTES = 64 * 1024;

/**
 * Decodes a JPEG with MozJPEG, compiled to WebAssembly (`@jsquash/jpeg`). It does not throw: what
 * cannot be decoded has no pixels and a complaint.
 *
 * @param maxBytes The decoder's memory does not grow beyond; it reports an error instead.
 */
export async function decodeRgba(jpeg: Uint8Array, maxBytes: number): Promise<Decoded> {
  const complaints: string[] = [];
  // An instance of its own for every picture: the memory of an instance grows and never shrinks.
  const decoder = await createDecoder({
    noInitialRun: true,
    print: () => {},
    printErr: (line: string) => complaints.push(line),
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(compileJpegDecoder(), imports);
      limitMemory(instance, maxBytes);
      done(instance);
      return instance.exports;
    },
  });
  try {
    const image = decoder.decode(jpeg, false);
    if (image !== null) {
      const { width, height, data: rgba } = image;
      return { width, height, rgba: rgba as Uint8ClampedArray, complaint: complaints[0] };
    }
  } catch {
    // What it says is no message for users, and libjpeg has printed why.
  }
  const complaint = complaints[0] ?? "no pixels";
  return { width: 0, height: 0, rgba: new Uint8ClampedArray(0), complaint };
}

/** Emscripten grows the memory by its method `grow`, and takes a throw for "there is no more". */
function limitMemory({ exports }: WebAssembly.Instance, maxBytes: number): void {
  for (const memory of Object.values(exports)) {
    if (!(memory instanceof WebAssembly.Memory)) continue;
    memory.grow = (pages: number): number => {
      if (memory.buffer.byteLength + pages * PAGE_BYTES > maxBytes) throw new RangeError("limit");
      return WebAssembly.Memory.prototype.grow.call(memory, pages);
    };
  }
}
