import { Tag } from "../../src/image/tiff/tags.ts";
import { mutate, type Random } from "./mutate.ts";
import { mutateMarker } from "./mutate_jpeg.ts";

/** Values that a tag distinguishes, which random numbers would hardly meet. */
const VALUES: Readonly<Record<number, readonly number[]>> = {
  [Tag.NewSubfileType]: [0, 1, 2, 4, 5],
  [Tag.BitsPerSample]: [1, 2, 3, 4, 8, 10, 12, 16, 24, 32, 64],
  [Tag.Compression]: [1, 2, 5, 6, 7, 8, 32773, 32946, 33003, 33005, 34712, 34887, 50_000, 50_001],
  [Tag.PhotometricInterpretation]: [0, 1, 2, 3, 4, 5, 6, 8, 32803],
  [Tag.FillOrder]: [1, 2],
  [Tag.SamplesPerPixel]: [1, 2, 3, 4, 5, 8, 9],
  [Tag.PlanarConfiguration]: [1, 2, 3],
  [Tag.Predictor]: [1, 2, 3, 4],
  [Tag.ExtraSamples]: [0, 1, 2],
  [Tag.SampleFormat]: [1, 2, 3, 4, 5, 6],
};

/** Numbers at which programs overflow, run out or divide by zero. */
const NUMBERS = [
  ...[0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 32, 64, 255, 256, 4096, 5000, 65_535, 65_536],
  ...[2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 16, 2 ** 32 - 1],
] as const;

const TAGS = Object.values(Tag);

/** A place in a file where a number stands. */
interface Place {
  readonly at: number;
  readonly bytes: 2 | 4 | 8;
}

/** An entry of a directory: where its four fields stand. */
interface EntryPlaces {
  readonly at: number;
  readonly tag: Place;
  readonly type: Place;
  readonly count: Place;
  readonly value: Place;
}

/**
 * Changes a TIFF up to four times in ways that a TIFF can be wrong: the tag, type, count, value or
 * offset of an entry, the order and number of entries, links between directories, the byte order, and
 * markers of a JPEG within. One change in five is blind, as by {@linkcode mutate}.
 *
 * @param random Returns a whole number from 0 to `below` - 1.
 */
export function mutateTiff(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(original);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    if (random(5) === 0) bytes = mutate(bytes, random);
    else changeStructure(bytes, random);
  }
  return bytes;
}

function changeStructure(bytes: Uint8Array<ArrayBuffer>, random: Random): void {
  const file = new Container(bytes);
  const { entries, links, counts } = file.walk();
  const pick = <T>(values: readonly T[]) => values[random(values.length)];
  const [entry, other, link, count] = [pick(entries), pick(entries), pick(links), pick(counts)];
  if (entry === undefined || other === undefined || link === undefined || count === undefined) {
    return file.write({ at: 4, bytes: 4 }, pick(NUMBERS) ?? 0);
  }
  const number = () => random(3) === 0 ? random(bytes.length + 16) : pick(NUMBERS) ?? 0;
  switch (random(14)) {
    case 0:
    case 1:
    case 2:
      return file.write(entry.value, pick(VALUES[file.read(entry.tag)] ?? NUMBERS) ?? 0);
    case 3:
      return file.write(entry.value, number());
    case 4:
      return file.write(entry.value, file.read(entry.value) + random(5) - 2);
    case 5:
      return file.write(entry.value, file.read(other.value));
    case 6:
      return file.write(entry.type, random(20));
    case 7:
      return file.write(entry.count, random(2) === 0 ? number() : random(5));
    case 8:
      return file.write(entry.tag, pick(TAGS) ?? 0);
    case 9:
      return void bytes.copyWithin(entry.at, other.at, other.at + file.entryBytes);
    case 10:
      return file.write(link, random(2) === 0 ? pick(links)?.at ?? 0 : number());
    case 11:
      return file.write(count, random(3) === 0 ? number() : random(30));
    case 12:
      return mutateMarker(bytes, random);
    default:
      bytes[random(4)] = pick([0x49, 0x4d, 42, 43, 0]) ?? 0;
  }
}

/** Finds and changes the numbers of a TIFF's container, right or wrong. */
class Container {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #big: boolean;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#view = new DataView(bytes.buffer);
    this.#little = bytes[0] === 0x49;
    this.#big = bytes[2] === 43 || bytes[3] === 43;
  }

  get entryBytes(): number {
    return this.#big ? 20 : 12;
  }

  /** Lists entries, links to directories, and the numbers of entries, of the first ten directories. */
  walk(): { entries: EntryPlaces[]; links: Place[]; counts: Place[] } {
    const pointer = this.#big ? 8 : 4;
    const links: Place[] = [{ at: this.#big ? 8 : 4, bytes: pointer }];
    const entries: EntryPlaces[] = [];
    const counts: Place[] = [];
    for (let i = 0; i < links.length && i < 10; i++) {
      const start = this.read(links[i] as Place);
      const count: Place = { at: start, bytes: this.#big ? 8 : 2 };
      if (start === 0 || start + count.bytes > this.#view.byteLength) continue;
      counts.push(count);
      let at = start + count.bytes;
      for (let n = Math.min(200, this.read(count)); n > 0; n--, at += this.entryBytes) {
        if (at + this.entryBytes > this.#view.byteLength) break;
        const entry: EntryPlaces = {
          at,
          tag: { at, bytes: 2 },
          type: { at: at + 2, bytes: 2 },
          count: { at: at + 4, bytes: pointer },
          value: { at: at + 4 + pointer, bytes: pointer },
        };
        entries.push(entry);
        if (this.read(entry.tag) === Tag.SubIfds) links.push(entry.value);
      }
      if (at + pointer <= this.#view.byteLength) links.push({ at, bytes: pointer });
    }
    return { entries, links, counts };
  }

  read({ at, bytes }: Place): number {
    if (at + bytes > this.#view.byteLength) return 0;
    if (bytes === 2) return this.#view.getUint16(at, this.#little);
    if (bytes === 4) return this.#view.getUint32(at, this.#little);
    return Number(this.#view.getBigUint64(at, this.#little));
  }

  write({ at, bytes }: Place, value: number): void {
    if (at + bytes > this.#view.byteLength) return;
    if (bytes === 2) this.#view.setUint16(at, value, this.#little);
    else if (bytes === 4) this.#view.setUint32(at, value, this.#little);
    else this.#view.setBigUint64(at, BigInt(Math.trunc(value)), this.#little);
  }
}
