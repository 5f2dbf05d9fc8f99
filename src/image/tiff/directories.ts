import { Directory, type Entry, readUint64, TYPE_BYTES, viewOf } from "./directory.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";
import type { TiffSource } from "./source.ts";
import { READ_TAGS } from "./tags.ts";

/** Directories with more tags are refused. Common programs write up to about a hundred. */
const MAX_TAGS = 4096;

/** Files with more pages are refused. */
const MAX_PAGES = 4096;

const BYTE = 1;

/** The byte order and the size of numbers in a file. */
interface Format {
  readonly littleEndian: boolean;
  /** Whether it is a BigTIFF, with offsets of 64 bits. */
  readonly big: boolean;
}

/** The pages of a TIFF. */
export interface Directories {
  /** The pages in the order of the file, at least one. */
  readonly pages: readonly Directory[];
  /** Whether a page is missing: the offset of the next one is outside the file or not a directory. */
  readonly isIncomplete: boolean;
  /** Reads the directories at the offsets, except those that were read before or cannot be read. */
  readAt(offsets: readonly number[]): Promise<Directory[]>;
}

/**
 * Reads the header and all pages, without any pixel. Each page is read once, so pages that refer to each
 * other do not matter.
 *
 * @throws {Problem} `image_corrupt`, `image_truncated`, `image_unsupported` for too many pages.
 */
export async function readDirectories(source: TiffSource): Promise<Directories> {
  if (source.length < 8) throw truncated(source.length, "header");
  const header = viewOf(await source.read(0, Math.min(16, source.length)));
  const littleEndian = header.getUint8(0) === 0x49;
  const big = header.getUint16(2, littleEndian) === 43;
  if (big && source.length < 16) throw truncated(source.length, "header");
  if (big && header.getUint16(4, littleEndian) !== 8) {
    throw corrupt(`its offsets have ${header.getUint16(4, littleEndian)} bytes; BigTIFF has 8`);
  }
  const format = { littleEndian, big };
  const pages: Directory[] = [];
  const seen = new Set<number>();
  let next = big ? readUint64(header, 8, littleEndian) : header.getUint32(4, littleEndian);
  while (next !== 0 && !seen.has(next)) {
    seen.add(next);
    if (pages.length === MAX_PAGES) throw unsupported(`has more than ${MAX_PAGES} pages`);
    const read = await readDirectory(source, format, next);
    if ("problem" in read) {
      // The pages before it are complete. Other readers show them too.
      if (pages.length > 0) return { pages, isIncomplete: true, readAt };
      throw read.problem;
    }
    pages.push(read.directory);
    next = read.next;
  }
  if (pages.length === 0) throw corrupt("it has no page");
  return { pages, isIncomplete: false, readAt };

  async function readAt(offsets: readonly number[]): Promise<Directory[]> {
    const directories: Directory[] = [];
    for (const offset of offsets) {
      if (seen.has(offset)) continue;
      seen.add(offset);
      if (seen.size > MAX_PAGES) throw unsupported(`has more than ${MAX_PAGES} pages`);
      const read = await readDirectory(source, format, offset);
      if ("directory" in read) directories.push(read.directory);
    }
    return directories;
  }
}

/** Reads one directory, and the offset of the next one; 0 if it is the last. */
async function readDirectory(
  source: TiffSource,
  { littleEndian, big }: Format,
  offset: number,
): Promise<{ directory: Directory; next: number } | { problem: Error }> {
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const pointerBytes = big ? 8 : 4;
  const incomplete = { problem: truncated(source.length, "tags") };
  if (offset + countBytes > source.length) return incomplete;
  const head = viewOf(await source.read(offset, countBytes));
  const count = big ? readUint64(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count === 0) return { problem: corrupt("a page has no tags") };
  if (count > MAX_TAGS) {
    return { problem: corrupt(`a page has ${count} tags; at most ${MAX_TAGS} are read`) };
  }
  const start = offset + countBytes;
  const end = start + count * entryBytes;
  if (end > source.length) return incomplete;
  const hasNext = end + pointerBytes <= source.length;
  const length = end - start + (hasNext ? pointerBytes : 0);
  const view = viewOf(await source.read(start, length));
  const pointer = (at: number) =>
    big ? readUint64(view, at, littleEndian) : view.getUint32(at, littleEndian);
  const entries = new Map<number, Entry>();
  for (let at = 0; at < count * entryBytes; at += entryBytes) {
    const tag = view.getUint16(at, littleEndian);
    // If a tag occurs twice, the first one counts, as in libtiff.
    if (!READ_TAGS.has(tag) || entries.has(tag)) continue;
    const type = view.getUint16(at + 2, littleEndian);
    const valueCount = pointer(at + 4);
    const valueAt = at + 4 + pointerBytes;
    const isInline = valueCount * (TYPE_BYTES[type] ?? 0) <= pointerBytes;
    const valueOffset = isInline ? start + valueAt : pointer(valueAt);
    entries.set(tag, { type, count: valueCount, offset: valueOffset });
  }
  const next = hasNext ? pointer(count * entryBytes) : 0;
  const own = { type: BYTE, count: end - offset, offset };
  return { directory: new Directory(source, littleEndian, entries, own), next };
}
