import { basename, join, resolve } from "node:path";
import picomatch from "picomatch";
import { Problem } from "../errors.ts";
import { isFolder, walkFolder } from "../files/walk_folder.ts";
import type { Io } from "./io.ts";
import { readFile } from "./read_file.ts";
import { UsageError } from "./command.ts";

/**
 * Creates a function that returns whether a path matches a glob. `picomatch` has no types. The glob function
 * of `node:path` needs a permission that the program does not have.
 */
const globMatcher: (glob: string) => (path: string) => boolean = picomatch;

/** The endings of pictures that this program draws. They are not inputs. */
const DRAWING = /\.(overlay|heatmap)\.png$/i;

/** A file that a command reads. */
export interface Input {
  /** The name in messages: the path as it was typed or found, or `-`. */
  readonly label: string;
  /** Its path; undefined for standard input. */
  readonly path: string | undefined;
  /** The path of its result: below the folder that the user named, else the name of the file. */
  readonly relative: string;
  /**
   * Reads it.
   *
   * @throws {Problem} `file_unreadable`, naming the file.
   */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An operand that matches no file, and the reason. */
export interface EmptyOperand {
  readonly label: string;
  readonly problem: Problem;
}

/** The files that the operands of a command match, and the operands that match none. */
export interface Inputs {
  readonly inputs: readonly Input[];
  readonly empty: readonly EmptyOperand[];
}

/**
 * Finds the files that the operands match. An operand is a file, a folder, a glob, or `-` for standard
 * input. Lists each file once.
 *
 * @param kind The kind of files, in the plural, for messages: `PNG patches`.
 * @param accepts Returns whether a file in a folder is of this kind, by its name.
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
