import { pooledMap } from "../../worker/pooled_map.ts";
import { type ByteRange, joinRanges } from "./byte_source.ts";

/**
 * Bytes of a block, about twenty JPEG tiles. A search goes along the rows of a slide, so that it soon
 * needs the next tiles.
 */
const BLOCK_BYTES = 256 << 10;

/** Maximum number of blocks that are kept: 16 MB. */
const MAX_BLOCKS = 64;

/** Maximum number of blocks that one request reads: 4 MB. */
const MAX_JOINED_BLOCKS = 16;

/** Maximum number of requests at the same time. */
const CONCURRENCY = 4;

/**
 * Reads ranges of a file on a server. Requests whole blocks and keeps the last ones, so that neighboring
 * regions need fewer requests. Requests a block only once, even if two callers need it.
 */
export class ReadAhead {
  readonly #length: number;
  readonly #request: (range: ByteRange) => Promise<Uint8Array>;
  /** In the order of their last use. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>();

  /**
   * @param length Bytes of the file.
   * @param request Requests a range of it.
   */
  constructor(length: number, request: (range: ByteRange) => Promise<Uint8Array>) {
    this.#length = length;
    this.#request = request;
  }

  /** Reads ranges; the bytes are copies. */
  async readMany(ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
    const needed = new Set(ranges.flatMap(blocksOf));
    const held = new Map<number, Promise<Uint8Array>>();
    const missing: ByteRange[] = [];
    for (const block of [...needed].sort((a, b) => a - b)) {
      const known = this.#blocks.get(block);
      if (known === undefined) missing.push({ offset: block, length: 1 });
      else this.#keep(block, known);
      if (known !== undefined) held.set(block, known);
    }
    const runs = joinRanges(missing, { maxGap: 1, maxLength: MAX_JOINED_BLOCKS });
    for (const [block, bytes] of this.#start(runs)) {
      held.set(block, bytes);
      this.#keep(block, bytes);
    }
    const blocks = new Map<number, Uint8Array>();
    for (const [block, bytes] of held) blocks.set(block, await bytes);
    return ranges.map((range) => cutOut(range, blocks));
  }

  /** Starts to request runs of blocks. Returns at once, with a promise for each block. */
  #start(runs: readonly ByteRange[]): Map<number, Promise<Uint8Array>> {
    const started = new Map<number, Promise<Uint8Array>>();
    const turns = runs.map((run) => ({ run, turn: Promise.withResolvers<Uint8Array>() }));
    for (const { run, turn } of turns) {
      for (let i = 0; i < run.length; i++) {
        const from = i * BLOCK_BYTES;
        const bytes = turn.promise.then((all) => all.slice(from, from + BLOCK_BYTES));
        // Forgets a block that failed, so that the next caller requests it again.
        bytes.catch(() => this.#forget(run.offset + i, bytes));
        started.set(run.offset + i, bytes);
      }
    }
    void pooledMap(CONCURRENCY, turns, async ({ run, turn }) => {
      const offset = run.offset * BLOCK_BYTES;
      const length = Math.min(run.length * BLOCK_BYTES, this.#length - offset);
      try {
        turn.resolve(await this.#request({ offset, length }));
      } catch (thrown) {
        turn.reject(thrown);
      }
    });
    return started;
  }

  #keep(block: number, bytes: Promise<Uint8Array>): void {
    this.#blocks.delete(block);
    this.#blocks.set(block, bytes);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_BLOCKS) break;
      this.#blocks.delete(oldest);
    }
  }

  #forget(block: number, bytes: Promise<Uint8Array>): void {
    if (this.#blocks.get(block) === bytes) this.#blocks.delete(block);
  }
}

/** Lists the numbers of the blocks that a range touches. */
function blocksOf({ offset, length }: ByteRange): number[] {
  const first = Math.floor(offset / BLOCK_BYTES);
  const last = Math.floor((offset + Math.max(1, length) - 1) / BLOCK_BYTES);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Copies the bytes of a range out of blocks. */
function cutOut(range: ByteRange, blocks: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const bytes = new Uint8Array(range.length);
  for (const block of blocksOf(range)) {
    const start = block * BLOCK_BYTES;
    const from = Math.max(0, range.offset - start);
    const part = blocks.get(block)?.subarray(from, range.offset + range.length - start);
    if (part !== undefined) bytes.set(part, start + from - range.offset);
  }
  return bytes;
}
