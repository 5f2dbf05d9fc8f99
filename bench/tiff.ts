/**
 * Reads the TIFFs of tests/image/corpus/make_tiffs.py with three readers: the service's, geotiff 3.0.5
 * and @cogeotiff/core 9.5.0. Prints a table, and the names of the files that are read wrong. Needs the
 * Python packages of tests/deploy/requirements.txt: `deno task bench:tiff [PYTHON]`.
 *
 * The two packages are imported by bench/tiff_reader.ts alone; the program does not depend on them.
 */
import { fileURLToPath } from "node:url";
import type { Outcome, TiffFile } from "./tiff_reader.ts";

/** A file of the corpus; `axes` where it is of the matrix, `refused` where it has no right pixels. */
interface Entry {
  readonly file: string;
  readonly pixels?: string;
  readonly tolerance?: number;
  readonly axes?: { readonly compression: string };
  readonly refused?: readonly string[];
}

const READERS = ["service", "geotiff", "cogeotiff"] as const;

/** A reader that takes longer for a file hangs. */
const MAX_MS = 5000;

/** How many names are printed for each outcome. */
const MAX_NAMES = 12;

const root = fileURLToPath(new URL("../", import.meta.url));
const python = Deno.args[0] ?? `${root}.venv/bin/python`;
const folder = await Deno.makeTempDir();
try {
  const script = [`${root}tests/image/corpus/make_tiffs.py`, `${root}model/samples/field.png`];
  const { success } = await new Deno.Command(python, { args: [...script, folder] }).output();
  if (!success) throw new Error(`${python} ${script.join(" ")} failed`);
  const entries: Entry[] = JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`));
  const readable = entries.filter(({ refused }) => refused === undefined);
  const matrix = readable.filter(({ axes }) => axes !== undefined);
  const others = readable.filter(({ axes }) => axes === undefined);
  for (const reader of READERS) {
    await report(`${reader}, matrix`, reader, matrix);
    await report(`${reader}, other files`, reader, others);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
await report("cogeotiff, two directories that refer to each other", "cogeotiff", [cycle()]);
Deno.exit(0);

/** Reads files one after the other and prints how many are right, wrong, throw or hang. */
async function report(
  title: string,
  reader: typeof READERS[number],
  entries: readonly (Entry | TiffFile)[],
): Promise<void> {
  const files = new Map<Outcome["kind"], string[]>();
  let worker = startWorker();
  for (const entry of entries) {
    const file = "bytes" in entry ? entry : await load(entry);
    const { kind, detail } = await Promise.race([ask(worker, reader, file), timeout()]);
    files.set(kind, [...files.get(kind) ?? [], `${file.name}${detail ? ` (${detail})` : ""}`]);
    if (kind !== "hangs") continue;
    worker.terminate();
    worker = startWorker();
  }
  worker.terminate();
  const counts = [...files].map(([kind, names]) => `${names.length} ${kind}`).join(", ");
  console.log(`${title}: ${entries.length} files, ${counts}`);
  for (const [kind, names] of files) {
    if (kind !== "right" && kind !== "read") {
      console.log(`  ${kind}: ${names.slice(0, MAX_NAMES).join("; ")}`);
    }
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./tiff_reader.ts", import.meta.url), { type: "module" });
}

function ask(worker: Worker, reader: string, file: TiffFile): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage({ reader, file });
  return promise;
}

function timeout(): Promise<Outcome> {
  return new Promise((resolve) => setTimeout(() => resolve({ kind: "hangs", detail: "" }), MAX_MS));
}

async function load({ file, pixels, tolerance = 0, axes }: Entry): Promise<TiffFile> {
  return {
    name: file,
    bytes: await Deno.readFile(`${folder}/${file}`),
    pixels: await Deno.readFile(`${folder}/${pixels}`),
    tolerance,
    isMatrix: axes !== undefined,
  };
}

/** Two empty directories, at 8 and at 26, each of which says that the other one is next. */
function cycle(): TiffFile {
  const bytes = new Uint8Array(44);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  for (const [at, next] of [[8, 26], [26, 8]] as const) {
    view.setUint16(at, 1, true);
    [256, 3].forEach((value, i) => view.setUint16(at + 2 + 2 * i, value, true));
    [1, 1, next].forEach((value, i) => view.setUint32(at + 6 + 4 * i, value, true));
  }
  return { name: "cycle", bytes, pixels: new Uint8Array(), tolerance: 0, isMatrix: false };
}
