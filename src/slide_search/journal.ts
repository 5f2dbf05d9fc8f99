import { z } from "zod";
import { fileErrorReason, Problem } from "../errors.ts";

/** Version of the format. Raise it when the lines of a journal change their meaning. */
const JOURNAL_VERSION = 1;

/** A tile that was searched. */
export interface TileRecord {
  /** Index of the tile. */
  readonly tile: number;
  /** How many windows were scored. */
  readonly windows: number;
  /** Points that reach the threshold, before suppression: x, y at the model's resolution, probability. */
  readonly mitoses: readonly (readonly [x: number, y: number, probability: number])[];
}

const keySchema = z.object({
  journal: z.number(),
  program: z.string(),
  slide: z.string(),
  model: z.string(),
  options: z.string(),
  region: z.string(),
  tiles: z.number(),
});

/** Everything that the lines of a journal depend on. A journal with another key is replaced. */
export type JournalKey = Omit<z.infer<typeof keySchema>, "journal">;

const recordSchema = z.object({
  tile: z.int().min(0),
  windows: z.int().min(0),
  mitoses: z.array(z.tuple([z.number(), z.number(), z.number().min(0).max(1)])),
});

/** Names of the parts of a key, for messages. */
const KEY_NAMES: Readonly<Record<keyof JournalKey, string>> = {
  program: "version of the program",
  slide: "slide",
  model: "model",
  options: "options",
  region: "region",
  tiles: "tissue",
};

/** A journal that was read. */
export interface JournalContent {
  /** Undefined if the first line is not a key. */
  readonly key: JournalKey | undefined;
  readonly records: readonly TileRecord[];
  /** Number of bytes up to the end of the last whole line. */
  readonly bytes: number;
}

/**
 * Reads the lines of a journal up to the first that is torn or damaged.
 *
 * @param bytes The file: a line with the key, then one line for each finished tile, each a JSON object.
 */
export function parseJournal(bytes: Uint8Array): JournalContent {
  const records: TileRecord[] = [];
  let key: JournalKey | undefined;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(10, start);
    if (end < 0) break;
    const value = parseLine(bytes.subarray(start, end));
    if (key === undefined) {
      const read = keySchema.safeParse(value);
      if (!read.success || read.data.journal !== JOURNAL_VERSION) break;
      const { journal: _, ...rest } = read.data;
      key = rest;
    } else {
      const read = recordSchema.safeParse(value);
      if (!read.success) break;
      records.push(read.data);
    }
    start = end + 1;
  }
  return { key, records, bytes: start };
}

function parseLine(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch {
    return undefined;
  }
}

/** Lists the parts in which two keys differ, by their names for messages. */
export function differences(a: JournalKey, b: JournalKey): string[] {
  const names = Object.keys(KEY_NAMES) as (keyof JournalKey)[];
  return names.filter((name) => a[name] !== b[name]).map((name) => KEY_NAMES[name]);
}

/** A journal that is being written. */
export interface Journal extends Disposable {
  /** The tiles that were finished before, by index. */
  readonly records: Map<number, TileRecord>;
  /** Why the previous journal was dropped, for messages; undefined if there was none or it is kept. */
  readonly dropped: string | undefined;
  /** Adds a finished tile, in one write. */
  append(record: TileRecord): Promise<void>;
}

/**
 * Opens a journal and keeps its whole lines. Replaces a journal with another key. Creates missing folders.
 * Locks the file, so that no other run writes to it.
 *
 * @throws {Problem} `file_unwritable`, also if another run writes to the file.
 */
export async function openJournal(path: string, key: JournalKey): Promise<Journal> {
  const unwritable = (thrown: unknown) =>
    thrown instanceof Problem
      ? thrown
      : new Problem("file_unwritable", `'${path}' cannot be written: ${fileErrorReason(thrown)}.`);
  let file: Deno.FsFile;
  try {
    const folderEnd = path.lastIndexOf("/");
    if (folderEnd > 0) await Deno.mkdir(path.slice(0, folderEnd), { recursive: true });
    file = await Deno.open(path, { read: true, write: true, create: true });
  } catch (thrown) {
    throw unwritable(thrown);
  }
  try {
    if (!await file.tryLock(true)) {
      throw new Problem("file_unwritable", `'${path}' is in use by another search of this slide.`);
    }
    const former = parseJournal(await readAll(file));
    const dropped = former.bytes === 0 && (await file.stat()).size > 0
      ? "its first line cannot be read"
      : former.key === undefined
      ? undefined
      : describe(differences(former.key, key));
    const isKept = former.key !== undefined && dropped === undefined;
    await file.truncate(isKept ? former.bytes : 0);
    await file.seek(0, Deno.SeekMode.End);
    const write = (value: unknown) =>
      writeAll(file, new TextEncoder().encode(`${JSON.stringify(value)}\n`));
    if (!isKept) await write({ journal: JOURNAL_VERSION, ...key });
    const records = new Map(
      (isKept ? former.records : []).map((record) => [record.tile, record]),
    );
    let last = Promise.resolve();
    return {
      records,
      dropped,
      append(record) {
        records.set(record.tile, record);
        return last = last.then(() => write(record)).catch((thrown) => {
          throw unwritable(thrown);
        });
      },
      [Symbol.dispose]: () => file.close(),
    };
  } catch (thrown) {
    file.close();
    throw unwritable(thrown);
  }
}

function describe(changes: readonly string[]): string | undefined {
  return changes.length === 0 ? undefined : `another ${changes.join(", ")}`;
}

async function readAll(file: Deno.FsFile): Promise<Uint8Array> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
