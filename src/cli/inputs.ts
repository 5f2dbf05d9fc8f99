import { basename, join, resolve } from "node:path";
import picomatch from "picomatch";
import { Problem } from "../errors.ts";
import { isFolder, walkFolder } from "../files/walk_folder.ts";
import type { Io } from "./io.ts";
import { readFile } from "./read_file.ts";
import { UsageError } from "./command.ts";

/**
 * Makes a function that tells whether a path matches a glob. `picomatch` has no types of its own. That of
 * `node:path` reads an environment variable for its own tests, which our permissions do not allow.
 */
const globMatcher: (glob: string) => (path: string) => boolean = picomatch;

/** Matches the pictures that this program draws of its results; they are no input. */
const DRAWING = /\.(overlay|heatmap)\.png$/i;

/** A file that a command is to read. */
export interface Input {
  /** Its name for people: the path as it was typed or found, or `-`. */
  readonly label: string;
  /** Its path; undefined for standard input. */
  readonly path: string | undefined;
  /** Where its result belongs: the path below the folder that was named, else the name of the file. */
  readonly relative: string;
  /**
   * Reads it.
   *
   * @throws {Problem} `file_unreadable`, naming the file.
   */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An operand that stands for no file, and why. */
export interface EmptyOperand {
  readonly label: string;
  readonly problem: Problem;
}

/** What the operands of a command stand for. */
export interface Inputs {
  readonly inputs: readonly Input[];
  readonly empty: readonly EmptyOperand[];
}

/**
 * Finds the files that the operands stand for: files, folders, globs and `-` for standard input. Each file
 * comes once.
 *
 * @param kind What is looked for in folders, in the plural, for messages: `PNG patches`.
 * @param accepts Whether a file of a folder is one, by its name.
 * @throws {UsageError} when `-` is given twice.
 */
export async function findInputs(
  operands: readonly string[],
  io: Io,
  kind: string,
  accepts: (name: string) => boolean,
): Promise<Inputs> {
  if (operands.filter((operand) => operand === "-").length > 1) {
    throw new UsageError("'-' is given twice; standard input holds one image.");
  }
  const found = new Map<string, Input>();
  const empty: EmptyOperand[] = [];
  for (const operand of operands) {
    try {
      for (const input of await expand(operand, io, kind, accepts)) {
        const key = input.path === undefined ? "-" : resolve(input.path);
        if (!found.has(key)) found.set(key, input);
      }
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      empty.push({ label: operand, problem: thrown });
    }
  }
  return { inputs: [...found.values()], empty };
}

async function expand(
  operand: string,
  io: Io,
  kind: string,
  accepts: (name: string) => boolean,
): Promise<Input[]> {
  if (operand === "-") {
    return [{ label: "-", path: undefined, relative: "stdin", read: () => io.readInput() }];
  }
  if (await isFolder(operand)) {
    const files = await walkFolder(operand, (file) => accepts(file) && !DRAWING.test(file));
    if (files.length > 0) return files.map((file) => fileInput(join(operand, file), file));
    throw new Problem("file_unreadable", `The folder '${operand}' has no ${kind}.`);
  }
  const isGlob = /[*?[{]/.test(operand) && !await exists(operand);
  if (!isGlob) return [fileInput(operand, basename(operand))];
  const pattern = operand.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
  const [, folder = ""] = /^((?:[^*?[{]*\/)?)/.exec(pattern) ?? [];
  const base = folder === "" ? "." : folder === "/" ? "/" : folder.replace(/\/+$/, "");
  const matches = globMatcher(pattern.slice(folder.length));
  const files = await isFolder(base)
    ? await walkFolder(base, (file) => matches(file) && !DRAWING.test(file))
    : [];
  if (files.length > 0) return files.map((file) => fileInput(join(base, file), file));
  throw new Problem("file_unreadable", `No file matches '${operand}'.`);
}

function fileInput(path: string, relative: string): Input {
  return { label: path, path, relative, read: () => readFile(path) };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
