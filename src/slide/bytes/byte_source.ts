import type { TiffSource } from "../../image/tiff/source.ts";
import { pooledMap } from "../../worker/pooled_map.ts";

/** A range of bytes of a file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A file on a disk or on a server, of which any part can be read. */
export interface ByteSource extends TiffSource {
  /** Name for messages: a path, or an address without its query, which may hold a secret. */
  readonly name: string;
  /** Identifies the version of the file: its size, with its modification time or ETag. */
  readonly version: string;
  /** Whether each read is a request over a network. */
  readonly isRemote: boolean;
  /**
   * Reads several ranges, which must lie within the file. Ranges that are near each other are read
   * together.
   *
   * @returns The bytes of each range, in the order of `ranges`.
   * @throws {Problem} `slide_changed` if the file has changed since it was opened;
   * `file_unreadable` or `slide_unreachable`.
   */
  readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]>;
  close(): void;
}

/** How ranges are joined and read. */
export interface JoinOptions {
  /** Ranges with a smaller gap between them are read together, in bytes. */
  readonly maxGap: number;
  /** Maximum number of bytes that are read together; a single range may be longer. */
  readonly maxLength: number;
  /** Maximum number of reads at the same time. */
  readonly concurrency: number;
}

/** Ranges that are read together: one read that covers them all. */
export interface JoinedRange extends ByteRange {
  /** Indices of the ranges that it covers. */
  readonly members: readonly number[];
}

/**
 * Joins ranges that are near each other, in the order of the file.
 *
 * @example
 * ```ts
 * import { joinRanges } from "./byte_source.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const ranges = [{ offset: 100, length: 10 }, { offset: 0, length: 10 }, { offset: 20, length: 10 }];
 * deepEqual(joinRanges(ranges, { maxGap: 20, maxLength: 1000 }), [
 *   { offset: 0, length: 30, members: [1, 2] },
 *   { offset: 100, length: 10, members: [0] },
 * ]);
 * ```
 */
export function joinRanges(
  ranges: readonly ByteRange[],
  { maxGap, maxLength }: Pick<JoinOptions, "maxGap" | "maxLength">,
): JoinedRange[] {
  const sorted = ranges.map(({ offset, length }, index) => ({ offset, length, index }))
    .sort((a, b) => a.offset - b.offset);
  const joined: { offset: number; length: number; members: number[] }[] = [];
  for (const { offset, length, index } of sorted) {
    const last = joined.at(-1);
    const end = offset + length;
    if (
      last !== undefined && offset - (last.offset + last.length) < maxGap &&
      end - last.offset <= maxLength
    ) {
      last.length = Math.max(last.length, end - last.offset);
      last.members.push(index);
    } else joined.push({ offset, length, members: [index] });
  }
  return joined;
}

/** Reads several ranges with a function that reads one. */
export async function readJoined(
  ranges: readonly ByteRange[],
  options: JoinOptions,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const results: Uint8Array[] = new Array(ranges.length);
  await pooledMap(options.concurrency, joinRanges(ranges, options), async (joined) => {
    const bytes = await read(joined);
    for (const member of joined.members) {
      const { offset, length } = ranges[member] as ByteRange;
      const from = offset - joined.offset;
      results[member] = bytes.subarray(from, from + length);
    }
  });
  return results;
}
