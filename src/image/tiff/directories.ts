import { Directory, type Entry, readUint64, TYPE_BYTES, viewOf } from "./directory.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";
import type { TiffSource } from "./source.ts";
import { READ_TAGS } from "./tags.ts";

/** A directory with more tags is refused; files of real programs have up to about a hundred. */
const MAX_TAGS = 4096;

/** A file with more pages is refused. */
const MAX_PAGES = 4096;

/** How numbers are written in a file. */
interface Format {
  readonly littleEndian: boolean;
  /** BigTIFF, with offsets of 64 bits. */
  readonly big: boolean;
}

/** The pages of a TIFF. */
export interface Directories {
  /** Pages in the order of the file, at least one. */
  readonly pages: readonly Directory[];
  /** Whether the list of pages breaks off: the next one lies outside the file or is no directory. */
  readonly brokenOff: boolean;
  /** Reads directories that a tag refers to; those that cannot be read are left out. */
  at(offsets: readonly number[]): Promise<Directory[]>;
}

/**
 * Reads the header and all pages, without a pixel. The work is bounded by {@linkcode MAX_PAGES} and
 * {@linkcode MAX_TAGS}; a page is read once, whatever refers to it.
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
      // What comes before is whole: readers at large show it.
      if (pages.length > 0) return { pages, brokenOff: true, at };
      throw read.problem;
    }
    pages.push(read.directory);
    next = read.next;
  }
  if (pages.length === 0) throw corrupt("it has no page");
  return { pages, brokenOff: false, at };

  async function at(offsets: readonly number[]): Promise<Directory[]> {
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

async function readDirectory(
  source: TiffSource,
  { littleEndian, big }: Format,
  offset: number,
): Promise<{ directory: Directory; next: number } | { problem: Error }> {
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const pointerBytes = big ? 8 : 4;
  const cut = { problem: truncated(source.length, "tags") };
  if (offset + countBytes > source.length) return cut;
  const head = viewOf(await source.read(offset, countBytes));
  const count = big ? readUint64(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count === 0) return { problem: corrupt("a page has no tags") };
  if (count > MAX_TAGS) {
    return { problem: corrupt(`a page has ${count} tags; at most ${MAX_TAGS} are read`) };
  }
  const start = offset + countBytes;
  const end = start + count * entryBytes;
  if (end > source.length) return cut;
  const hasNext = end + pointerBytes <= source.length;
  const length = end - start + (hasNext ? pointerBytes : 0);
  const view = viewOf(await source.read(start, length));
  const entries = new Map<number, Entry>();
  for (let at = 0; at < count * entryBytes; at += entryBytes) {
    const tag = view.getUint16(at, littleEndian);
    // Of a tag that occurs twice the first counts, as in libtiff.
    if (!READ_TAGS.has(tag) || entries.has(tag)) continue;
    const type = view.getUint16(at + 2, littleEndian);
    const values = big
      ? readUint64(view, at + 4, littleEndian)
      : view.getUint32(at + 4, littleEndian);
    const place = at + 4 + pointerBytes;
    const inline = values * (TYPE_BYTES[type] ?? 0) <= pointerBytes;
    const where = big ? readUint64(view, place, littleEndian) : view.getUint32(place, littleEndian);
    entries.set(tag, { type, count: values, offset: inline ? start + place : where });
  }
  const next = !hasNext
    ? 0
    : big
    ? readUint64(view, count * entryBytes, littleEndian)
    : view.getUint32(count * entryBytes, littleEndian);
  const place = { type: 1, count: end - offset, offset };
  return { directory: new Directory(source, littleEndian, entries, place), next };
}
