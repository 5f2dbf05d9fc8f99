import { compilePngCodec } from "./compile.ts";

/** Decoded pixels, four samples per pixel: uint8, or uint16 if that was asked for. */
export type Rgba = Uint8Array | Uint16Array;

/** The exports of the WebAssembly of `@jsquash/png` 3.1.1 that are used. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  __wbindgen_malloc(bytes: number, alignment: number): number;
  decode(at: number, bytes: number): number;
  decode_rgba16(at: number, bytes: number): number;
  imagedatargba16_data(image: number): number;
  __wbindgen_free(at: number, bytes: number, alignment: number): void;
  __wbg_imagedatargba16_free(image: number): void;
}

/** An instance of the codec. */
interface Codec {
  readonly exports: Exports;
  /** The samples of the last picture: a view of the codec's memory. */
  samples: Rgba | undefined;
}

/** The memory of an instance never shrinks. An instance with more than this is not used again. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

let kept: Codec | undefined;

/**
 * Decodes a PNG of any color type, bit depth and interlacing with Rust's `png` crate as WebAssembly
 * (`@jsquash/png`). The loader of the package is not used, because it keeps one instance forever. Here,
 * an instance is dropped after a large picture, which frees its memory, and after an error.
 *
 * @param png Must be checked and complete: the codec ignores checksums, allocates what IHDR declares and
 * inflates without a bound.
 * @param deep Whether the samples are uint16, 0 to 65,535; else they are uint8.
 * @param use Receives the samples, `[height, width, 4]`, which are valid until it returns.
 * @throws {Error} if the PNG cannot be decoded. Do not show its message to users.
 */
export function decodeRgba<T>(png: Uint8Array, deep: boolean, use: (samples: Rgba) => T): T {
  const codec = kept ?? createCodec();
  kept = undefined;
  const { exports } = codec;
  const at = exports.__wbindgen_malloc(png.length, 1) >>> 0;
  new Uint8Array(exports.memory.buffer).set(png, at);
  // The codec frees its copy of the PNG itself.
  const image = deep ? exports.decode_rgba16(at, png.length) : exports.decode(at, png.length);
  if (deep) exports.imagedatargba16_data(image);
  const { samples } = codec;
  if (samples === undefined) throw new Error("The codec returned no samples.");
  const result = use(samples);
  codec.samples = undefined;
  if (deep) exports.__wbg_imagedatargba16_free(image);
  else exports.__wbindgen_free(samples.byteOffset, samples.length, 1);
  if (exports.memory.buffer.byteLength <= MAX_KEPT_BYTES) kept = codec;
  return result;
}

/** Creates an instance. Its imports are found by their names without the hash at the end. */
function createCodec(): Codec {
  const handle = 0; // The codec refers to JavaScript objects by numbers. It uses one object at a time.
  const functions: Record<string, (...args: number[]) => number> = {
    __wbindgen_memory: () => handle,
    __wbg_buffer: () => handle,
    __wbg_newwithbyteoffsetandlength: (_buffer, at = 0, length = 0) => {
      codec.samples = new Uint16Array(codec.exports.memory.buffer, at, length);
      return handle;
    },
    __wbg_newwithownedu8clampedarrayandsh: (at = 0, length = 0) => {
      codec.samples = new Uint8Array(codec.exports.memory.buffer, at, length);
      return handle;
    },
    __wbindgen_object_drop_ref: () => handle,
    __wbindgen_throw: () => {
      throw new Error("The codec does not read this PNG.");
    },
  };
  const module = compilePngCodec();
  const wbg = Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ name }) =>
      [name, functions[name.replace(/_[0-9a-f]{16}$/, "")] ?? functions.__wbindgen_throw] as const
    ),
  );
  const instance = new WebAssembly.Instance(module, { wbg } as WebAssembly.Imports);
  const codec: Codec = { exports: instance.exports as unknown as Exports, samples: undefined };
  return codec;
}
