import { crc32 } from "node:zlib";

/** Returns a whole number from 0 to `below` - 1. */
export type Random = (below: number) => number;

/**
 * Mutates a file up to four times: changes, removes, repeats or cuts off bytes. In half of the cases it
 * repairs the checksums of PNG chunks, so that a decoder does not stop at them.
 *
 * @param random Returns a whole number from 0 to `below` - 1.
 */
export function mutate(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(original);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(bytes.length);
    const length = 1 + random(40);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        bytes = bytes.slice(0, Math.max(1, at));
        break;
      case 3:
        bytes = new Uint8Array([...bytes.slice(0, at), ...bytes.slice(at + length)]);
        break;
      case 4:
        bytes = new Uint8Array([
          ...bytes.slice(0, at),
          ...bytes.slice(at, at + length),
          ...bytes.slice(at),
        ]);
        break;
      default:
        bytes[at % 40] = [0, 1, 0x7f, 0x80, 0xff][random(5)] ?? 0;
    }
    if (bytes.length === 0) return new Uint8Array([1]);
  }
  if (random(2) === 0) repairChecksums(bytes);
  return bytes;
}

/** Corrects the checksums of all complete PNG chunks. */
function repairChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) return;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
}
