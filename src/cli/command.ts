import { parseArgs } from "node:util";
import { type Config, optionOf, readConfig, settings } from "../config.ts";
import { messageOf } from "../errors.ts";

/** An option of one command, beside the settings that it reads. */
export interface Option {
  /** `flag` takes no value; else what to call the value in the help. */
  readonly value: string;
  /** What it does, in one sentence. */
  readonly meaning: string;
}

/** What a command is run with. */
export interface Invocation {
  /** What was typed besides options. */
  readonly operands: readonly string[];
  /** Values of the command's own options; a flag's is "true". */
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly config: Config;
}

/** One thing the program does. */
export interface Command {
  /** One or two words: how it is called. */
  readonly name: string;
  /** What follows the options, for the help: `FILE...`. */
  readonly operands: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** What else one should know: input, output, exit code. */
  readonly details: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Names of the settings that it reads. */
  readonly settings: readonly (keyof Config)[];
  /** @returns The exit code: 0 done, 1 something failed. */
  run(invocation: Invocation): Promise<number>;
}

/** A command was called wrongly; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads what was typed after the command's name. A setting of the command is taken from its option,
 * else from its environment variable, else its default; variables of other settings are not read.
 *
 * @throws {UsageError} for an option that the command does not have.
 * @throws {Problem} `config_invalid` for a value that a setting does not take.
 */
export function readInvocation(
  command: Command,
  args: string[],
  env: (name: string) => string | undefined,
): Invocation {
  const { values, positionals } = parse(command, args);
  const typed = new Map(
    command.settings.map((name) => [settings[name].env, values[optionOf(settings[name])]]),
  );
  const config = readConfig((name) => {
    const option = typed.get(name);
    if (typeof option === "string") return option;
    return typed.has(name) ? env(name) : undefined;
  });
  const options = Object.fromEntries(
    Object.keys(command.options).map((name) => {
      const value = values[name];
      return [name, value === undefined ? undefined : String(value)];
    }),
  );
  return { operands: positionals, options, config };
}

function parse(command: Command, args: string[]) {
  const own = Object.entries(command.options).map(([name, { value }]) =>
    [name, { type: value === "flag" ? "boolean" : "string" }] as const
  );
  const shared = command.settings.map((name) =>
    [optionOf(settings[name]), { type: "string" }] as const
  );
  try {
    return parseArgs({
      args,
      options: Object.fromEntries([...own, ...shared]),
      allowPositionals: true,
    });
  } catch (thrown) {
    throw new UsageError(messageOf(thrown));
  }
}
