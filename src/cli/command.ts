import { parseArgs } from "node:util";
import { type Config, optionName, parseSetting, readConfig, settings } from "../config.ts";
import { messageOf } from "../errors.ts";
import { suggestion } from "./suggestion.ts";

/** An option of a command that is not a setting: it has no environment variable. */
export interface Option {
  /** Placeholder of the value in the help, such as FILE. Absent if the option takes no value. */
  readonly placeholder?: string;
  /** What the option does, in one sentence. Shown by `--help`. */
  readonly meaning: string;
}

/** The command line of a command, parsed. */
export interface Invocation {
  /** The arguments that are not options. */
  readonly operands: readonly string[];
  /** The values of the command's own options. A flag that was given is "true". */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** The values of all settings. Settings that the command does not read have their defaults. */
  readonly config: Config;
}

/** A command of the program. */
export interface Command {
  /** One or two words that the user types. */
  readonly name: string;
  /** The arguments that are not options, as the help shows them: `FILE...`. */
  readonly operands: string;
  /** What the command does, in one sentence. */
  readonly summary: string;
  /** What the command reads, prints and writes. Shown by its `--help`. */
  readonly details: string;
  readonly options: Readonly<Record<string, Option>>;
  /** The settings that the command reads. Each of them is an option of the command too. */
  readonly settings: readonly (keyof Config)[];
  /**
   * Runs the command.
   *
   * @returns The exit code: 0 for success, 1 when anything failed.
   * @throws {UsageError} when operands or options are missing, too many or not accepted.
   * @throws {Problem} when the command cannot do its work at all.
   */
  run(invocation: Invocation): Promise<number>;
}

/** A mistake in the command line. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Parses the arguments after a command's name. A setting takes its value from its option, its
 * environment variable or its default, in this order; an empty text counts as absent. Only the
 * environment variables of this command's settings are read.
 *
 * @throws {UsageError} for an option that the command does not have, or whose value is not accepted.
 * @throws {Problem} `config_invalid` for an environment variable whose value is not accepted.
 */
export function readInvocation(
  command: Command,
  args: string[],
  env: (name: string) => string | undefined,
): Invocation {
  const { values, positionals } = parse(command, args);
  const typed = new Map(
    command.settings.map((name) => [settings[name].env, readSettingOption(name, values)]),
  );
  const config = readConfig((name) => typed.get(name) || (typed.has(name) ? env(name) : undefined));
  const options = Object.fromEntries(
    Object.keys(command.options).map((name) => {
      const value = values[name];
      return [name, value === undefined ? undefined : String(value)];
    }),
  );
  return { operands: positionals, options, config };
}

/** Returns the value of a setting's option; undefined if it is absent or empty. */
function readSettingOption(
  name: keyof Config,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const option = optionName(settings[name]);
  const value = values[option];
  if (typeof value !== "string" || value.trim() === "") return undefined;
  try {
    parseSetting<unknown>(settings[name], value, `--${option}`);
  } catch (thrown) {
    throw new UsageError(messageOf(thrown));
  }
  return value;
}

/** Splits the arguments into options, as `node:util` does, and operands. */
function parse(command: Command, args: string[]) {
  const own = Object.entries(command.options).map(([name, { placeholder }]) =>
    [name, { type: placeholder === undefined ? "boolean" : "string" }] as const
  );
  const shared = command.settings.map((name) =>
    [optionName(settings[name]), { type: "string" }] as const
  );
  try {
    return parseArgs({
      args,
      options: Object.fromEntries([...own, ...shared]),
      allowPositionals: true,
    });
  } catch (thrown) {
    throw new UsageError(explain(thrown, [...own, ...shared].map(([name]) => `--${name}`)));
  }
}

/** Shortens what `parseArgs` says of an unknown option, and names the option that was meant. */
function explain(thrown: unknown, known: readonly string[]): string {
  const message = messageOf(thrown);
  const unknown = /^Unknown option '(.+?)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  return `There is no option '${unknown}'.${suggestion(unknown, known)}`;
}
