/** What `deno compile` puts behind the base executable, as far as it is looked at here. */
export interface Executable {
  /** What the program may: `allow_env` and the like; an empty list is all, null is nothing. */
  readonly permissions: Readonly<Record<string, readonly string[] | null>>;
  readonly v8Flags: readonly string[];
  /** Every embedded file by its path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A file (`o`: where its bytes begin, and how many) or a folder of the embedded file system. */
interface Entry {
  readonly File?: { readonly n: string; readonly o: readonly [start: number, length: number] };
  readonly Dir?: { readonly n: string; readonly e: readonly Entry[] };
}

/** Begins and ends what is embedded. */
const MAGIC = new TextEncoder().encode("d3n0l4nd");
/** Begins the file system: its folder of packages, which comes first. */
const FILES = new TextEncoder().encode('[{"Dir":{"n":".deno_compile_node_modules"');

/**
 * Takes an executable apart: twice the magic, settings as JSON, lists of packages, the file system as
 * JSON, the bytes of its files. Every part has its length in 8 bytes before it.
 */
export function takeApart(bytes: Uint8Array<ArrayBuffer>): Executable {
  const view = new DataView(bytes.buffer);
  const part = (at: number): [bytes: Uint8Array, end: number] => {
    const end = at + 8 + Number(view.getBigUint64(at, true));
    return [bytes.subarray(at + 8, end), end];
  };
  const json = (part: Uint8Array) => JSON.parse(new TextDecoder().decode(part));
  const [settings, end] = part(
    find(bytes, new Uint8Array([...MAGIC, ...MAGIC])) + 2 * MAGIC.length,
  );
  const [system, dataAt] = part(find(bytes, FILES, end) - 8);
  const [data] = part(dataAt);
  const files = new Map<string, Uint8Array>();
  const walk = (entries: readonly Entry[], folder: string) => {
    for (const { File: file, Dir: inner } of entries) {
      if (file) files.set(folder + file.n, data.subarray(file.o[0], file.o[0] + file.o[1]));
      if (inner) walk(inner.e, `${folder}${inner.n}/`);
    }
  };
  walk(json(system), "");
  const { permissions, v8_flags: v8Flags } = json(settings);
  return { permissions, v8Flags, files };
}

function find(bytes: Uint8Array, wanted: Uint8Array, from = 0): number {
  for (let at = from; (at = bytes.indexOf(wanted[0] ?? 0, at)) >= 0; at++) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new Error("this is no executable that deno compile has made");
}
