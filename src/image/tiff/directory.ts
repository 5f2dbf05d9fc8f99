import { corrupt, truncated, unsupported } from "./problems.ts";
import type { TiffSource } from "./source.ts";
import { READ_TAGS, tagName } from "./tags.ts";

/**
 * The container: header, image file directories (IFDs) and their tags (TIFF 6.0, section 2; BigTIFF
 * by its design of 2004).
 *
 * It is written here because no package reads it safely. geotiff 3.0.5 reads arrays of big-endian
 * files in the wrong order and takes memory for any count that a tag claims; @cogeotiff/core 9.5.0
 * never ends where two directories refer to each other, and throws at types that it does not know.
 */

/** A directory with more tags is refused; files of real programs have up to about a hundred. */
const MAX_TAGS = 4096;

/** A file with more pages is refused. */
const MAX_PAGES = 4096;

/** Bytes of one value by type: BYTE to DOUBLE, IFD, and LONG8, SLONG8, IFD8 of BigTIFF. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** What a tag says of its values, and where they are. */
interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values are in the file. */
  readonly offset: number;
}

/** How numbers are written in a file. */
interface Format {
  readonly littleEndian: boolean;
  /** BigTIFF, with offsets of 64 bits. */
  readonly big: boolean;
}

/** One image file directory: the tags of a page. */
export class Directory {
  readonly littleEndian: boolean;
  readonly #source: TiffSource;
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #place: Entry;

  /** @param place Where the directory itself is. */
  constructor(
    source: TiffSource,
    littleEndian: boolean,
    entries: ReadonlyMap<number, Entry>,
    place: Entry,
  ) {
    this.#source = source;
    this.littleEndian = littleEndian;
    this.#entries = entries;
    this.#place = place;
  }

  /** Whether the directory or the values of one of its tags lie between two places of the file. */
  isWithin(start: number, end: number): boolean {
    return [this.#place, ...this.#entries.values()].some(({ type, count, offset }) =>
      offset < end && offset + count * (TYPE_BYTES[type] ?? 0) > start
    );
  }

  /** Whether the directory has a tag. */
  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** How many values a tag has; 0 where it is absent. */
  count(tag: number): number {
    return this.#entries.get(tag)?.count ?? 0;
  }

  /** The first value of a tag that holds whole numbers, as {@linkcode Directory.integers}. */
  async integer(tag: number): Promise<number | undefined> {
    return (await this.integers(tag, 1))[0];
  }

  /**
   * The first `max` values of a tag that holds whole numbers: sizes, places, kinds.
   *
   * @throws {Problem} `image_truncated`, or `image_corrupt` where they are fractions or negative.
   */
  async integers(tag: number, max: number): Promise<number[]> {
    const values = await this.numbers(tag, max);
    const wrong = values.find((value) => !(Number.isInteger(value) && value >= 0));
    if (wrong !== undefined) throw corrupt(`its tag ${tagName(tag)} is ${wrong}`);
    return values;
  }

  /**
   * The first `max` values of a tag; none where it is absent.
   *
   * @throws {Problem} `image_truncated`, or `image_corrupt` where the values are no numbers.
   */
  async numbers(tag: number, max: number): Promise<number[]> {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return [];
    const size = TYPE_BYTES[entry.type];
    if (size === undefined || entry.type === 2) {
      throw corrupt(`its tag ${tagName(tag)} has the type ${entry.type}, which is no number`);
    }
    const count = Math.min(entry.count, max);
    const view = viewOf(await this.#values(entry, count * size));
    return Array.from(
      { length: count },
      (_, i) => readValue(view, i * size, entry.type, this.littleEndian),
    );
  }

  /** The first `max` bytes of a tag's values; `undefined` where it is absent. */
  async bytes(tag: number, max: number): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(tag);
    const size = TYPE_BYTES[entry?.type ?? 0];
    if (entry === undefined || size === undefined) return undefined;
    return await this.#values(entry, Math.min(entry.count * size, max));
  }

  /** The first `max` characters of a text; empty where it is absent or lies outside the file. */
  async text(tag: number, max: number): Promise<string> {
    const entry = this.#entries.get(tag);
    if (entry === undefined || entry.offset + entry.count > this.#source.length) return "";
    const bytes = await this.bytes(tag, max) ?? new Uint8Array();
    return new TextDecoder().decode(bytes).replace(/\0[^]*$/, "");
  }

  async #values(entry: Entry, length: number): Promise<Uint8Array> {
    if (entry.offset + length > this.#source.length) throw truncated(this.#source.length, "tags");
    return await this.#source.read(entry.offset, length);
  }
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Numbers above 2^53 lose their last bits; no file is so long, so that they lie outside it anyway. */
function readUint64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}

function readValue(view: DataView, at: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return view.getUint32(at, littleEndian);
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 16:
    case 18:
      return readUint64(view, at, littleEndian);
    case 17:
      return Number(view.getBigInt64(at, littleEndian));
    default:
      return view.getUint8(at);
  }
}
