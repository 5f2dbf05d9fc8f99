/** The bytes of a TIFF: a file, or bytes in memory. */
export interface TiffSource {
  /** Number of bytes. */
  readonly length: number;
  /** Reads `length` bytes from `offset`. The range must lie within the source. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Creates a source of bytes in memory. */
export function memorySource(bytes: Uint8Array): TiffSource {
  return {
    length: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}
