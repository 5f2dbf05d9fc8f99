import { parseArgs } from "node:util";
import { type Config, optionName, parseSetting, readConfig, settings } from "../config.ts";
import { messageOf } from "../errors.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output.ts";
import { suggestion } from "./suggestion.ts";

/** An option of a command that is not a setting: it has no environment variable. */
export interface Option {
  /** Placeholder of the value in the help, such as FILE. Absent if the option takes no value. */
  readonly placeholder?: string;
  /** What the option does, in one sentence. Shown by `--help`. */
  readonly meaning: string;
  /** The letter of its short form: `q` for `-q`. */
  readonly short?: string;
  /** All values that it accepts, for completion in a shell; absent where there is no such list. */
  readonly values?: readonly string[];
}

/** The options that every command has. */
export const commonOptions = {
  json: { meaning: "Print one JSON object a line in place of text." },
  quiet: {
    short: "q",
    meaning: "Print results and failures only: no progress, no notes, no line for a written file.",
  },
  config: {
    placeholder: "FILE",
    meaning: "Settings file in TOML or JSON, for settings and for options of commands.",
  },
  help: { short: "h", meaning: "Show this help." },
} as const satisfies Record<string, Option>;

/** The arguments of a command, split. */
export interface CommandLine {
  /** The arguments that are not options. */
  readonly operands: readonly string[];
  /** The values of all options that were given, by name. A flag that was given is "true". */
  readonly typed: Readonly<Record<string, string | undefined>>;
}

/** The command line of a command, with what the environment and the settings file add to it. */
export interface Invocation {
  /** The arguments that are not options. */
  readonly operands: readonly string[];
  /** The values of the command's own options. A flag that was given is "true". */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** The values of all settings. Settings that the command does not read have their defaults. */
  readonly config: Config;
}

/** What a command reads and prints. */
export interface Terminal {
  readonly output: Output;
  readonly io: Io;
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
  run(invocation: Invocation & Terminal): Promise<number>;
}

/** A mistake in the command line. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Returns all options of a command by name: its own, those of its settings, and the common ones. */
export function optionsOf(command: Command): Record<string, Option> {
  const shared = command.settings.map((name) => {
    const { env, defaultValue, meaning } = settings[name];
    return [
      optionName(settings[name]),
      { placeholder: "VALUE", meaning: `${meaning} [${env}, default ${defaultValue || "none"}]` },
    ] as const;
  });
  return { ...command.options, ...Object.fromEntries(shared), ...commonOptions };
}

/**
 * Splits the arguments after a command's name, as `node:util` does. What follows `--` is an operand.
 *
 * @throws {UsageError} for an option that the command does not have, a value that is missing, or one that
 * is too many.
 */
export function parseCommandLine(command: Command, args: readonly string[]): CommandLine {
  const known = optionsOf(command);
  const options = Object.entries(known).map(([name, { placeholder, short }]) =>
    [name, {
      type: placeholder === undefined ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    }] as const
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(options),
      allowPositionals: true,
    });
    const typed = Object.entries(values).map(([name, value]) =>
      [name, value === undefined ? undefined : String(value)] as const
    );
    return { operands: positionals, typed: Object.fromEntries(typed) };
  } catch (thrown) {
    throw new UsageError(explain(thrown, Object.keys(known).map((name) => `--${name}`)));
  }
}

/**
 * Adds to a command line what it leaves open. A setting takes its value from its option, its environment
 * variable, the settings file or its default, in this order; an option of the command from the command
 * line or the settings file. An empty text counts as absent. Only the environment variables of this
 * command's settings are read.
 *
 * @param inFile The values that the settings file gives this command, by option.
 * @throws {UsageError} for an option whose value is not accepted.
 * @throws {Problem} `config_invalid` for an environment variable whose value is not accepted.
 */
export function resolveInvocation(
  command: Command,
  { operands, typed }: CommandLine,
  env: (name: string) => string | undefined,
  inFile: Readonly<Record<string, string>> = {},
): Invocation {
  const given = new Map(
    command.settings.map((name) => [settings[name].env, readSettingOption(name, typed)]),
  );
  const config = readConfig((name) => {
    if (!given.has(name)) return undefined;
    const fromEnv = env(name);
    return given.get(name) || (fromEnv?.trim() ? fromEnv : inFile[optionName({ env: name })]);
  });
  const options = Object.fromEntries(
    Object.keys(command.options).map((name) => [name, typed[name] ?? inFile[name]]),
  );
  return { operands, options, config };
}

/** Returns the value of a setting's option; undefined if it is absent or empty. */
function readSettingOption(
  name: keyof Config,
  typed: CommandLine["typed"],
): string | undefined {
  const option = optionName(settings[name]);
  const value = typed[option];
  if (value === undefined || value.trim() === "") return undefined;
  try {
    parseSetting<unknown>(settings[name], value, `--${option}`);
  } catch (thrown) {
    throw new UsageError(messageOf(thrown));
  }
  return value;
}

/** Says in plain words what `parseArgs` refuses, and names the option that was meant. */
function explain(thrown: unknown, known: readonly string[]): string {
  const message = messageOf(thrown);
  const unknown = /^Unknown option '(.+?)'/.exec(message)?.[1];
  if (unknown !== undefined) return `There is no option '${unknown}'.${suggestion(unknown, known)}`;
  const option = /^Option '(?:-\w, )?(--[\w-]+)/.exec(message)?.[1] ?? "The option";
  if (message.includes("does not take an argument")) return `${option} takes no value.`;
  if (message.includes("ambiguous")) {
    return `${option} is followed by another option; where its value begins with '-', type ${option}=VALUE.`;
  }
  if (message.includes("argument missing")) return `${option} needs a value.`;
  return message;
}
