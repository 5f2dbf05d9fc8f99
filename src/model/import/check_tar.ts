/** Length of a header, and of the blocks that a tar consists of (POSIX.1-2017, pax, "ustar"). */
const BLOCK_BYTES = 512;

/** Maximum number of entries. The tar in which IBM publishes its model has a dozen. */
const MAX_ENTRIES = 10_000;

/** The places of the size of the entry and of the checksum in a header. Both are octal text. */
const SIZE = { at: 124, length: 12 };
const CHECKSUM = { at: 148, length: 8 };

/**
 * Checks the headers of a tar before a library parses it. The library ignores the checksums, so that it
 * would return wrong bytes from a damaged tar.
 *
 * @throws {Error} whose message completes "the archive is damaged: …".
 */
export function checkTar(bytes: Uint8Array): void {
  let entries = 0;
  for (let at = 0; at + BLOCK_BYTES <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK_BYTES);
    if (header[0] === 0) return; // An empty name ends the archive.
    if (++entries > MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`);
    if (octal(header, CHECKSUM) !== checksumOf(header)) {
      throw new Error(`the checksum of its header ${entries} does not match`);
    }
    const size = octal(header, SIZE);
    const next = at + BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    if (!(size >= 0) || at + BLOCK_BYTES + size > bytes.length) {
      throw new Error(`its entry ${entries} is larger than the archive, or has no size`);
    }
    at = next;
  }
}

/** Reads an octal number that ends with blanks or zero bytes. Returns NaN if there is none. */
function octal(header: Uint8Array, { at, length }: typeof SIZE): number {
  const text = new TextDecoder("latin1").decode(header.subarray(at, at + length));
  const digits = /^ *([0-7]+)[ \0]*$/.exec(text)?.[1];
  return digits === undefined ? NaN : Number.parseInt(digits, 8);
}

/** Returns the sum of all bytes of the header, with blanks in place of the checksum. */
function checksumOf(header: Uint8Array): number {
  let sum = 0;
  for (const [i, byte] of header.entries()) {
    const isChecksum = i >= CHECKSUM.at && i < CHECKSUM.at + CHECKSUM.length;
    sum += isChecksum ? 0x20 : byte;
  }
  return sum;
}
