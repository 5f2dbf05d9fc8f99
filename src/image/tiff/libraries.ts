/** The part of fflate that is used. */
export type Fflate = Pick<typeof import("fflate"), "Unzlib">;

/** The part of zstddec's decoder that is used. */
export interface Zstd {
  /** Returns no bytes if the data are damaged or unpack to more than `capacity`. */
  decode(packed: Uint8Array, capacity: number): Uint8Array;
}

/** MozJPEG as WebAssembly, of @jsquash/jpeg. */
export interface MozJpeg {
  decode(jpeg: Uint8Array, preserveOrientation: boolean):
    | { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }
    | null;
}

/** OpenJPEG as WebAssembly, of @cornerstonejs/codec-openjpeg. */
export interface OpenJpeg {
  readonly J2KDecoder: new () => OpenJpegDecoder;
}

/** A decoder of one picture. `delete` frees its memory. */
export interface OpenJpegDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  };
  delete(): void;
}

/** Options of a program compiled by Emscripten. */
export interface EmscriptenOptions {
  /** Receive the lines of standard output and standard error. */
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

/**
 * The libraries that unpack pixels. Deno imports them together with their WebAssembly
 * (`npm_libraries.ts`), a browser fetches them (`src/page/tiff_libraries.ts`). Each is loaded when a
 * file first needs it.
 */
export interface TiffLibraries {
  fflate(): Promise<Fflate>;
  zstd(): Promise<Zstd>;
  /** Creates an instance. Its memory grows with the largest picture and never shrinks. */
  mozJpeg(options: EmscriptenOptions): Promise<MozJpeg>;
  /** Creates an instance. Its memory grows with the largest picture and never shrinks. */
  openJpeg(options: EmscriptenOptions): Promise<OpenJpeg>;
}
