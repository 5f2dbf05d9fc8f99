import { commands } from "../../src/cli/commands.ts";
import { dispatch } from "../../src/cli/dispatch.ts";

/** What a command line printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Options of {@linkcode runLine}. */
export interface LineOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal?: boolean;
}

/**
 * Runs a command line as a shell would type it, in this process: `mitosis detect - < a.png`. Knows quotes,
 * `NAME=VALUE` at the beginning and `< FILE` at the end; relative paths are below the current folder.
 */
export async function runLine(line: string, options: LineOptions = {}): Promise<Ran> {
  const [typed = "", inputFile] = line.split(" < ");
  const words = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) =>
    quoted ?? word ?? ""
  );
  const start = words.indexOf("mitosis");
  const env = new Map(
    [
      "INFERENCE_WORKERS=0",
      ...Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ...words.slice(0, start),
    ].map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
  );
  const out: Uint8Array[] = [];
  const err: string[] = [];
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const code = await dispatch(commands, words.slice(start + 1), {
    out: (text) => void out.push(bytesOf(`${text}\n`)),
    err: (text) => void err.push(`${text}\n`),
    write: (bytes) => Promise.resolve(void out.push(bytes)),
    readInput: () =>
      inputFile === undefined ? Promise.resolve(new Uint8Array()) : Deno.readFile(inputFile),
    env: (name) => env.get(name),
    isTerminal: options.isTerminal ?? false,
    showsProgress: false,
  });
  return { code, out: await new Blob(out.map((bytes) => bytes.slice())).text(), err: err.join("") };
}

/** Runs `work` in a new folder that is the current one, and removes it. */
export async function inNewFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const before = Deno.cwd();
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    Deno.chdir(folder);
    await work(folder);
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
}
