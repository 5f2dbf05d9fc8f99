/** The values of a tag: numbers are written as LONG, a string as ASCII. */
export type TagValue = number | readonly number[] | string | RawTag;

/** A tag with a type, count or offset that may be wrong. */
export interface RawTag {
  /** Number of its type: 3 is SHORT, 4 LONG, 5 RATIONAL (two numbers per value). */
  readonly type: number;
  readonly values?: readonly number[];
  /** The number of values that the tag claims; by default the number of `values`. */
  readonly count?: number;
  /** The offset that the tag claims for its values, which are then not written. */
  readonly offset?: number;
}

/** A page of a TIFF. */
export interface TiffPage {
  readonly tags: Readonly<Record<number, TagValue>>;
  /** Strips, or tiles where there is a tag TileWidth. Tags with their offsets and lengths are added. */
  readonly strips?: readonly Uint8Array[];
  /** Pages that the tag SubIFDs refers to. */
  readonly subIfds?: readonly TiffPage[];
}

/** How a TIFF is written. */
export interface TiffOptions {
  readonly bigEndian?: boolean;
  /** Whether to write a BigTIFF, with offsets of 64 bits. */
  readonly big?: boolean;
  /** The offset of a further page that the last page claims. */
  readonly next?: number;
}

/** Creates a little-endian TIFF of one page with one strip (TIFF 6.0, section 2). */
export function tiff(
  tags: Record<number, TagValue>,
  strip: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return tiffOf([{ tags, strips: [strip] }]);
}

/** Creates a TIFF or BigTIFF of several pages, in either byte order. */
export function tiffOf(
  pages: readonly TiffPage[],
  { bigEndian = false, big = false, next = 0 }: TiffOptions = {},
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const place = (bytes: Uint8Array): number => {
    const at = length;
    parts.push(bytes);
    length += bytes.length;
    return at;
  };
  const writer = new Writer(bigEndian, big);
  place(new Uint8Array(big ? 16 : 8));
  const write = (page: TiffPage, next: number): number => {
    const subIfds = (page.subIfds ?? []).map((page) => write(page, 0));
    const offsets = page.strips?.map(place);
    const tiled = 322 in page.tags;
    const tags: Record<number, TagValue> = {
      ...(offsets && { [tiled ? 324 : 273]: offsets }),
      ...(page.strips && { [tiled ? 325 : 279]: page.strips.map(({ length }) => length) }),
      ...(subIfds.length > 0 && { 330: subIfds }),
      ...page.tags,
    };
    return place(writer.directory(tags, next, place));
  };
  // The last page is written first, because each page refers to the next one.
  const first = pages.toReversed().reduce((after, page) => write(page, after), next);
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  file.set(writer.header(first));
  return file;
}

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
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  18: 8,
};

class Writer {
  readonly #little: boolean;
  readonly #big: boolean;

  constructor(bigEndian: boolean, big: boolean) {
    this.#little = !bigEndian;
    this.#big = big;
  }

  header(first: number): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#big ? 16 : 8));
    view.setUint16(0, this.#little ? 0x4949 : 0x4d4d);
    view.setUint16(2, this.#big ? 43 : 42, this.#little);
    if (this.#big) view.setUint16(4, 8, this.#little);
    this.#pointer(view, this.#big ? 8 : 4, first);
    return new Uint8Array(view.buffer);
  }

  directory(
    tags: Readonly<Record<number, TagValue>>,
    next: number,
    place: (bytes: Uint8Array) => number,
  ): Uint8Array {
    const entries = Object.entries(tags).map(([tag, value]) => [Number(tag), raw(value)] as const)
      .sort(([a], [b]) => a - b);
    const [countBytes, entryBytes, pointerBytes] = this.#big ? [8, 20, 8] : [2, 12, 4];
    const view = new DataView(
      new ArrayBuffer(countBytes + entries.length * entryBytes + pointerBytes),
    );
    if (this.#big) view.setBigUint64(0, BigInt(entries.length), this.#little);
    else view.setUint16(0, entries.length, this.#little);
    entries.forEach(([tag, { type, values = [], count, offset }], i) => {
      const at = countBytes + i * entryBytes;
      const bytes = this.#values(type, values);
      view.setUint16(at, tag, this.#little);
      view.setUint16(at + 2, type, this.#little);
      this.#pointer(view, at + 4, count ?? values.length / (type === 5 ? 2 : 1));
      const valueAt = at + 4 + pointerBytes;
      if (offset !== undefined) this.#pointer(view, valueAt, offset);
      else if (bytes.length > pointerBytes) this.#pointer(view, valueAt, place(bytes));
      else new Uint8Array(view.buffer).set(bytes, valueAt);
    });
    this.#pointer(view, countBytes + entries.length * entryBytes, next);
    return new Uint8Array(view.buffer);
  }

  #pointer(view: DataView, at: number, value: number): void {
    if (this.#big) view.setBigUint64(at, BigInt(value), this.#little);
    else view.setUint32(at, value, this.#little);
  }

  #values(type: number, values: readonly number[]): Uint8Array {
    const size = type === 5 ? 4 : TYPE_BYTES[type] ?? 0;
    const view = new DataView(new ArrayBuffer(values.length * size));
    values.forEach((value, i) => {
      if (type === 11) view.setFloat32(4 * i, value, this.#little);
      else if (type === 12) view.setFloat64(8 * i, value, this.#little);
      else if (size === 1) view.setUint8(i, value);
      else if (size === 2) view.setUint16(2 * i, value, this.#little);
      else if (size === 4) view.setUint32(4 * i, value, this.#little);
      else if (size === 8) view.setBigUint64(8 * i, BigInt(value), this.#little);
    });
    return new Uint8Array(view.buffer);
  }
}

function raw(value: TagValue): RawTag {
  if (typeof value === "number") return { type: 4, values: [value] };
  if (typeof value === "string") {
    return { type: 2, values: [...new TextEncoder().encode(value), 0] };
  }
  return "type" in value ? value : { type: 4, values: value };
}
