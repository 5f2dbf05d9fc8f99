import { optionOf, settingNames, settings } from "../config.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";
import type { Command } from "./command.ts";

const WIDTH = 100;

/** What `--help` says: all commands and all settings. */
export function generalHelp(commands: readonly Command[]): string {
  const list = commands.map((
    { name, operands, summary },
  ) => [`${name} ${operands}`.trim(), summary]);
  return [
    `Mitosis Detector ${version}. Finds dividing cells on H&E-stained slides. ${researchUseOnly}`,
    "",
    "Commands (deno task NAME, or main.ts NAME; NAME --help says more):",
    ...columns(list),
    "",
    "Settings (environment variables; as options in small letters: PORT is --port):",
    ...columns(settingNames.map((name) => {
      const { env, fallback, meaning } = settings[name];
      return [env, `${meaning} [default ${fallback || "none"}]`];
    })),
  ].join("\n");
}

/** What `NAME --help` says of one command. */
export function commandHelp(command: Command): string {
  const { name, operands, summary, details, options } = command;
  const own = Object.entries(options).map(([option, { value, meaning }]) => [
    `--${option}${value === "flag" ? "" : ` ${value}`}`,
    meaning,
  ]);
  const shared = command.settings.map((setting) => {
    const { env, fallback, meaning } = settings[setting];
    return [
      `--${optionOf(settings[setting])}`,
      `${meaning} [${env}, default ${fallback || "none"}]`,
    ];
  });
  return [
    `${name} ${operands}`.trim(),
    "",
    ...wrap(`${summary} ${details}`, WIDTH),
    "",
    "Options:",
    ...columns([...own, ...shared, ["--help", "Say this."]]),
    "",
    researchUseOnly,
  ].join("\n");
}

/** Two columns, the second wrapped. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const left = Math.max(...rows.map(([first = ""]) => first.length));
  return rows.flatMap(([first = "", second = ""]) =>
    wrap(second, WIDTH - left - 4).map((line, i) =>
      `  ${(i === 0 ? first : "").padEnd(left)}  ${line}`
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
