import { optionName, settingNames, settings } from "../config.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";
import type { Command } from "./command.ts";

/** The longest line, in characters. */
const LINE_WIDTH = 100;

/** Returns the text of `--help`: all commands and all settings. */
export function generalHelp(commands: readonly Command[]): string {
  const summaries = commands.map((
    { name, operands, summary },
  ) => [`${name} ${operands}`.trim(), summary]);
  return [
    `Mitosis Detector ${version}. Finds dividing cells on H&E-stained slides. ${researchUseOnly}`,
    "",
    "Commands (run one with main.ts NAME; NAME --help shows its options):",
    ...columns(summaries),
    "",
    "Settings (environment variables; each is an option too: PORT is --port):",
    ...columns(settingNames.map((name) => {
      const { env, defaultValue, meaning } = settings[name];
      return [env, `${meaning} [default ${defaultValue || "none"}]`];
    })),
  ].join("\n");
}

/** Returns the text of `NAME --help` for one command. */
export function commandHelp(command: Command): string {
  const { name, operands, summary, details, options } = command;
  const own = Object.entries(options).map(([option, { value, meaning }]) => [
    `--${option}${value === "flag" ? "" : ` ${value}`}`,
    meaning,
  ]);
  const shared = command.settings.map((setting) => {
    const { env, defaultValue, meaning } = settings[setting];
    return [
      `--${optionName(settings[setting])}`,
      `${meaning} [${env}, default ${defaultValue || "none"}]`,
    ];
  });
  return [
    `${name} ${operands}`.trim(),
    "",
    ...wrap(`${summary} ${details}`, LINE_WIDTH),
    "",
    "Options:",
    ...columns([...own, ...shared, ["--help", "Show this help."]]),
    "",
    researchUseOnly,
  ].join("\n");
}

/** Formats rows as two columns and wraps the second. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const firstWidth = Math.max(...rows.map(([first = ""]) => first.length));
  return rows.flatMap(([first = "", second = ""]) =>
    wrap(second, LINE_WIDTH - firstWidth - 4).map((line, i) =>
      `  ${(i === 0 ? first : "").padEnd(firstWidth)}  ${line}`
    )
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
