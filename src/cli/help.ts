import { settingNames, settings } from "../config.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";
import { type Command, optionsOf } from "./command.ts";

/** Length to which lines are wrapped, in characters. */
const LINE_WIDTH = 100;

/** Returns the text of `--help`: all commands and all settings. */
export function generalHelp(commands: readonly Command[]): string {
  const summaries = commands.map((
    { name, operands, summary },
  ) => [`${name} ${operands}`.trim(), summary]);
  return [
    `Mitosis Detector ${version}. Finds dividing cells on H&E-stained slides. ${researchUseOnly}`,
    "",
    "Commands (without a command, serve runs; help COMMAND shows the options of a command):",
    ...columns(summaries),
    "",
    "Every command has --json, --quiet, --config FILE and --help. Exit codes: 0 all is done, 1 something",
    "failed, 2 the command line is wrong.",
    "",
    "Settings (environment variables; commands that use them have options for them: --port for PORT):",
    ...columns(settingNames.map((name) => {
      const { env, defaultValue, meaning } = settings[name];
      return [env, `${meaning} [default ${defaultValue || "none"}]`];
    })),
  ].join("\n");
}

/** Returns the text of `COMMAND --help`. */
export function commandHelp(command: Command): string {
  const { name, operands, summary, details } = command;
  const options = Object.entries(optionsOf(command)).map((
    [option, { placeholder, meaning, short }],
  ) => [
    `${short === undefined ? "" : `-${short}, `}--${option}${
      placeholder === undefined ? "" : ` ${placeholder}`
    }`,
    meaning,
  ]);
  return [
    `${name} ${operands}`.trim(),
    "",
    ...wrap(`${summary} ${details}`, LINE_WIDTH),
    "",
    "Options:",
    ...columns(options),
    "",
    researchUseOnly,
  ].join("\n");
}

/** Formats rows as two columns and wraps the text of the second column. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const firstWidth = Math.max(...rows.map(([first = ""]) => first.length));
  return rows.flatMap(([first = "", second = ""]) =>
    wrap(second, LINE_WIDTH - firstWidth - 4).map((line, i) =>
      `  ${(i === 0 ? first : "").padEnd(firstWidth)}  ${line}`
    )
  );
}

/** Breaks a text at spaces into lines of at most `width` characters. Only a longer word exceeds that. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
