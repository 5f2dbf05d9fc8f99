import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { compileJpegDecoder } from "./compile.ts";

/** The result of one run of the decoder. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** uint8 `[height, width, 4]`. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** The first warning or error that libjpeg printed; `undefined` if it printed none. */
  readonly complaint: string | undefined;
}

const PAGE_BYTES = 64 * 1024;

/**
 * Decodes a JPEG with MozJPEG as WebAssembly (`@jsquash/jpeg`). Does not throw: for a file that cannot be
 * decoded it returns no pixels and a complaint.
 *
 * @param maxBytes Maximum memory of the decoder. Beyond it, decoding fails.
 */
export async function decodeRgba(jpeg: Uint8Array, maxBytes: number): Promise<Decoded> {
  const complaints: string[] = [];
  // Every picture gets a new instance, because the memory of an instance never shrinks.
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
      return {
        width,
        height,
        rgba: rgba as Uint8ClampedArray<ArrayBuffer>,
        complaint: complaints[0],
      };
    }
  } catch {
    // The error is an exit status. libjpeg has printed the reason.
  }
  const complaint = complaints[0] ?? "no pixels";
  return { width: 0, height: 0, rgba: new Uint8ClampedArray(0), complaint };
}

/** Bounds the memory. Emscripten calls its method `grow`, and takes an error as "out of memory". */
function limitMemory({ exports }: WebAssembly.Instance, maxBytes: number): void {
  for (const memory of Object.values(exports)) {
    if (!(memory instanceof WebAssembly.Memory)) continue;
    memory.grow = (pages: number): number => {
      if (memory.buffer.byteLength + pages * PAGE_BYTES > maxBytes) throw new RangeError("limit");
      return WebAssembly.Memory.prototype.grow.call(memory, pages);
    };
  }
}
