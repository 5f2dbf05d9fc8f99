import type { TiffSource } from "../../image/tiff/source.ts";

/** Bytes of a block, and maximum number of blocks that are kept. */
const [BLOCK_BYTES, MAX_BLOCKS] = [65_536, 64];

/**
 * Creates a source that reads a file in blocks and keeps the last ones, because headers are read in many
 * small parts. A part that is longer than half of all blocks is read without the cache.
 */
export function blockCache(source: TiffSource): TiffSource {
  const blocks = new Map<number, Uint8Array>();
  const { length: fileLength } = source;

  async function load(first: number, last: number, signal?: AbortSignal): Promise<void> {
    const offset = first * BLOCK_BYTES;
    const end = Math.min(fileLength, (last + 1) * BLOCK_BYTES);
    const bytes = await source.read(offset, end - offset, signal);
    for (let block = first; block <= last; block++) {
      const from = (block - first) * BLOCK_BYTES;
      // A copy, because a view would keep the whole read in memory.
      blocks.set(block, bytes.slice(from, from + BLOCK_BYTES));
    }
  }

  return {
    length: fileLength,
    async read(offset, length, signal) {
      if (length === 0) return new Uint8Array();
      const first = Math.floor(offset / BLOCK_BYTES);
      const last = Math.floor((offset + length - 1) / BLOCK_BYTES);
      if (last - first >= MAX_BLOCKS / 2) return await source.read(offset, length, signal);
      for (let block = first; block <= last; block++) {
        if (blocks.has(block)) continue;
        let end = block;
        while (end < last && !blocks.has(end + 1)) end++;
        await load(block, end, signal);
        block = end;
      }
      const bytes = new Uint8Array(length);
      for (let block = first; block <= last; block++) {
        const held = blocks.get(block) as Uint8Array;
        // Moves the block to the end, as the most recently used one.
        blocks.delete(block);
        blocks.set(block, held);
        const start = block * BLOCK_BYTES;
        const from = Math.max(0, offset - start);
        const to = Math.min(BLOCK_BYTES, offset + length - start);
        bytes.set(held.subarray(from, to), start + from - offset);
      }
      for (const block of blocks.keys()) {
        if (blocks.size <= MAX_BLOCKS) break;
        blocks.delete(block);
      }
      return bytes;
    },
  };
}
