import { messageOf, Problem, problems } from "../errors.ts";
import type { Io } from "./io.ts";
import { type ProgressBar, progressBar } from "./progress_bar.ts";

/** One line of `--json`. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A failure as `--json` prints it. */
export interface JsonError {
  /** A code of the table of problems, or `usage` for a mistake in the command line. */
  readonly code: string;
  readonly message: string;
}

/**
 * Prints the messages of a command. With `--json`, prints one JSON object per line on standard output and no
 * text. With `--quiet`, prints only results and failures.
 */
export interface Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** Prints a result that was asked for: `text`, or `record` with `--json`. */
  result(text: string, record: JsonRecord): void;
  /** Prints the status of a file; with `--quiet` only as JSON. */
  status(text: string, record: JsonRecord): void;
  /** Prints a line; not with `--json` or `--quiet`. */
  detail(text: string): void;
  /** Prints a failure: with `--quiet` on standard error, otherwise with the results. */
  failure(text: string, record: JsonRecord): void;
  /** Prints a note for people on standard error; not with `--quiet`. */
  note(text: string): void;
  /** Starts a progress bar. It shows nothing with `--quiet`, or if standard error is no terminal. */
  progress(total: number, label: string, before?: number): ProgressBar;
}

/** Options of {@linkcode createOutput}. */
interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether standard output gets the bytes of a result, so that all lines go to standard error. */
  readonly isOutTaken?: boolean;
}

/** Creates the output of a command. */
export function createOutput(io: Io, { json, quiet, isOutTaken = false }: OutputOptions): Output {
  const line = isOutTaken ? io.err : io.out;
  const print = (text: string, record: JsonRecord) => line(json ? JSON.stringify(record) : text);
  return {
    isJson: json,
    isQuiet: quiet,
    result: print,
    status: (text, record) => {
      if (json || !quiet) print(text, record);
    },
    detail: (text) => {
      if (!json && !quiet) line(text);
    },
    failure: (text, record) => {
      if (json || !quiet) print(text, record);
      else io.err(text);
    },
    note: (text) => {
      if (!quiet) io.err(text);
    },
    progress: (total, label, before = 0) =>
      progressBar(total, label, before, !quiet && io.showsProgress),
  };
}

/** Returns the code and the message of a thrown value. */
export function jsonError(thrown: unknown): JsonError {
  const code = thrown instanceof Problem ? thrown.code : "internal";
  const message = thrown instanceof Problem
    ? messageOf(thrown)
    : `${problems.internal.title}: ${messageOf(thrown)}`;
  return { code, message };
}
