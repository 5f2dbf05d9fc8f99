/** What is used of fflate. */
export type Fflate = Pick<typeof import("fflate"), "Unzlib">;

/** What is used of zstddec's decoder. */
export interface Zstd {
  /** Gives nothing where the code is damaged or unpacks to more than `capacity`. */
  decode(packed: Uint8Array, capacity: number): Uint8Array;
}

/** MozJPEG as @jsquash/jpeg compiled it. */
export interface MozJpeg {
  decode(jpeg: Uint8Array, preserveOrientation: boolean):
    | { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }
    | null;
}

/** OpenJPEG as @cornerstonejs/codec-openjpeg compiled it. */
export interface OpenJpeg {
  readonly J2KDecoder: new () => OpenJpegDecoder;
}

/** A decoder of one picture; its memory is freed by `delete`. */
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

/** What an Emscripten program is started with. */
export interface EmscriptenOptions {
  /** Takes what would go to standard output and standard error. */
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

/**
 * The packages that unpack pixels. How they are loaded depends on the platform: Deno imports them with
 * their bytes (`npm_libraries.ts`), a browser fetches them (`src/page/tiff_libraries.ts`). Each is
 * loaded when the first file needs it.
 */
export interface TiffLibraries {
  fflate(): Promise<Fflate>;
  zstd(): Promise<Zstd>;
  /** A new instance: its memory grows with the largest picture and never shrinks. */
  mozJpeg(options: EmscriptenOptions): Promise<MozJpeg>;
  /** A new instance, as above. */
  openJpeg(options: EmscriptenOptions): Promise<OpenJpeg>;
}
