import { corrupt, truncated } from "./problems.ts";
import type { TiffSource } from "./source.ts";
import { tagName } from "./tags.ts";

/** Bytes of a value by its type (TIFF 6.0, section 2): BYTE to DOUBLE, IFD; BigTIFF's LONG8, SLONG8, IFD8. */
export const TYPE_BYTES: Readonly<Record<number, number>> = {
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

/** The type, number and place of the values of a tag. */
export interface Entry {
  readonly type: number;
  readonly count: number;
  /** Offset of the values in the file. */
  readonly offset: number;
}

const ASCII = 2;

/**
 * An image file directory (IFD): the tags of a page. Reads values from the file only when they are asked
 * for. docs/architecture.md says why no library is used.
 */
export class Directory {
  readonly littleEndian: boolean;
  readonly #source: TiffSource;
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #own: Entry;

  /** @param own The bytes of the directory itself. */
  constructor(
    source: TiffSource,
    littleEndian: boolean,
    entries: ReadonlyMap<number, Entry>,
    own: Entry,
  ) {
    this.#source = source;
    this.littleEndian = littleEndian;
    this.#entries = entries;
    this.#own = own;
  }

  /** Returns whether the directory, or the values of one of its tags, overlap a range of the file. */
  overlaps(start: number, end: number): boolean {
    return [this.#own, ...this.#entries.values()].some(({ type, count, offset }) =>
      offset < end && offset + count * (TYPE_BYTES[type] ?? 0) > start
    );
  }

  /** Returns whether the directory has a tag. */
  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** Returns the number of values of a tag; 0 if it is absent. */
  count(tag: number): number {
    return this.#entries.get(tag)?.count ?? 0;
  }

  /** Reads the first value of a tag that holds whole numbers, as {@linkcode Directory.integers}. */
  async integer(tag: number): Promise<number | undefined> {
    return (await this.integers(tag, 1))[0];
  }

  /**
   * Reads up to `max` values of a tag that holds whole numbers, such as sizes and offsets.
   *
   * @throws {Problem} `image_truncated`, or `image_corrupt` if a value is a fraction or negative.
   */
  async integers(tag: number, max: number): Promise<number[]> {
    const values = await this.numbers(tag, max);
    const wrong = values.find((value) => !(Number.isInteger(value) && value >= 0));
    if (wrong !== undefined) throw corrupt(`its tag ${tagName(tag)} is ${wrong}`);
    return values;
  }

  /**
   * Reads up to `max` values of a tag; none if it is absent.
   *
   * @throws {Problem} `image_truncated`, or `image_corrupt` if the values are not numbers.
   */
  async numbers(tag: number, max: number): Promise<number[]> {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return [];
    const size = TYPE_BYTES[entry.type];
    if (size === undefined || entry.type === ASCII) {
      throw corrupt(`its tag ${tagName(tag)} has the type ${entry.type}, which is not a number`);
    }
    const count = Math.min(entry.count, max);
    const view = viewOf(await this.#values(entry, count * size));
    return Array.from(
      { length: count },
      (_, i) => readValue(view, i * size, entry.type, this.littleEndian),
    );
  }

  /** Reads up to `max` bytes of the values of a tag; `undefined` if it is absent. */
  async bytes(tag: number, max: number): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(tag);
    const size = TYPE_BYTES[entry?.type ?? 0];
    if (entry === undefined || size === undefined) return undefined;
    return await this.#values(entry, Math.min(entry.count * size, max));
  }

  /** Reads up to `max` bytes of a text; empty if it is absent or lies outside the file. */
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

/** Creates a view that reads numbers from the bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads a uint64. Above 2^53 it is rounded, which does not matter: no file is that long. */
export function readUint64(view: DataView, at: number, littleEndian: boolean): number {
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
