import { parse as parseToml, TomlError } from "smol-toml";
import { optionName, parseSetting, settingNames, settings } from "../config.ts";
import { messageOf, Problem } from "../errors.ts";
import type { Command } from "./command.ts";
import { readFile } from "./read_file.ts";
import { suggestion } from "./suggestion.ts";

/** The values of a settings file, by option. */
export type FileValues = Readonly<Record<string, string>>;

/**
 * Reads the file of `--config`: TOML, or JSON if its name ends with `.json`. Settings are above the tables,
 * by the names of their options. A table such as `[detect]` has options and settings of that command, which
 * take precedence.
 *
 * @param command The command whose values are returned.
 * @param commands All commands; the tables of the others are checked too.
 * @throws {Problem} `file_unreadable`; `config_invalid` for a name that is unknown or a value that is not
 * accepted.
 */
export async function readSettingsFile(
  path: string,
  command: Command,
  commands: readonly Command[],
): Promise<FileValues> {
  const text = new TextDecoder().decode(await readFile(path));
  const shared: Record<string, string> = {};
  const own: Record<string, string> = {};
  const knownSettings = settingNames.map((name) => optionName(settings[name]));
  for (const [key, value] of Object.entries(parseFile(path, text))) {
    if (isTable(value)) {
      const owner = commands.find(({ name }) => name === key);
      if (owner === undefined) {
        throw unknownName(path, `the table [${key}]`, key, commands.map(({ name }) => name));
      }
      const known = [
        ...Object.keys(owner.options),
        ...owner.settings.map((name) => optionName(settings[name])),
      ];
      const values = readTable(path, value, known, ` in [${key}]`);
      if (owner === command) Object.assign(own, values);
    } else {
      Object.assign(shared, readTable(path, { [key]: value }, knownSettings, ""));
    }
  }
  return { ...shared, ...own };
}

function parseFile(path: string, text: string): Record<string, unknown> {
  const refuse = (reason: string) =>
    new Problem("config_invalid", `The settings file '${path}' ${reason}.`);
  const isJson = /\.json$/i.test(path);
  let parsed: unknown;
  try {
    parsed = isJson ? JSON.parse(text) : parseToml(text);
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw refuse("is not valid JSON");
    const reason = messageOf(thrown).replace(/^Invalid TOML document: /, "");
    throw refuse(`is not TOML: ${reason} in line ${thrown.line}, column ${thrown.column}`);
  }
  if (isTable(parsed)) return parsed;
  throw refuse("must hold an object");
}

/** Reads the values of a table as a user would type them; a flag that is false is left out. */
function readTable(
  path: string,
  table: Readonly<Record<string, unknown>>,
  known: readonly string[],
  place: string,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(table)) {
    const name = key.toLowerCase().replaceAll("_", "-");
    if (!known.includes(name)) throw unknownName(path, `'${key}'${place}`, name, known);
    const setting = settingNames.map((one) => settings[one]).find((one) =>
      optionName(one) === name
    );
    const typed = asTyped(value);
    if (typed === undefined) {
      throw new Problem(
        "config_invalid",
        `'${key}'${place} of the settings file '${path}' must be text, a number, true or false, or a list of texts.`,
      );
    }
    if (setting !== undefined && typed.trim() !== "") {
      parseSetting<unknown>(setting, typed, `'${key}'${place} of the settings file '${path}'`);
    } else if (value === false) continue;
    values[name] = typed;
  }
  return values;
}

function asTyped(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === "string") ? value.join(",") : undefined;
  }
  return ["string", "number", "bigint", "boolean"].includes(typeof value)
    ? String(value)
    : undefined;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function unknownName(
  path: string,
  what: string,
  typed: string,
  known: readonly string[],
): Problem {
  return new Problem(
    "config_invalid",
    `The settings file '${path}' has ${what}, which is not known.${suggestion(typed, known)}`,
  );
}
