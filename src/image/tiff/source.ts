/** Where the bytes of a TIFF come from: a file, a slide on a server, or memory. */
export interface TiffSource {
  /** Bytes in all. */
  readonly length: number;
  /** Reads `length` bytes from `offset`. Both lie within the source. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A source of bytes that are in memory. */
export function memorySource(bytes: Uint8Array): TiffSource {
  return {
    length: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}
