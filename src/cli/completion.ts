import { type Command, type Option, optionsOf, UsageError } from "./command.ts";
import { suggestion } from "./suggestion.ts";

/** Writes the completion script of each shell. */
const scripts = { bash, zsh, fish, powershell };

const shells = Object.keys(scripts) as (keyof typeof scripts)[];

/** The command `completion`: prints a script that completes the commands and options in a shell. */
export function completion(commands: readonly Command[]): Command {
  const command: Command = {
    name: "completion",
    operands: shells.join("|"),
    summary: "Print a script that completes commands and options in a shell.",
    details:
      "For bash, put 'source <(mitosis completion bash)' into ~/.bashrc; for zsh the same into " +
      "~/.zshrc, after compinit. For fish, write the script to ~/.config/fish/completions/mitosis.fish. " +
      "For PowerShell, put 'mitosis completion powershell | Out-String | Invoke-Expression' into $PROFILE.",
    options: {},
    settings: [],
    run({ operands: [typed = "", ...more], output }) {
      const shell = shells.find((name) => name === typed);
      if (shell === undefined || more.length > 0) {
        throw new UsageError(
          `completion needs one shell: ${shells.join(", ")}.${suggestion(typed, shells)}`,
        );
      }
      const script = scripts[shell]([...commands, command]);
      output.result(script, { shell, script });
      return Promise.resolve(0);
    },
  };
  return command;
}

/** Returns the commands with their options as entries. */
function withOptions(commands: readonly Command[]) {
  return commands.map((command) => ({ ...command, options: Object.entries(optionsOf(command)) }));
}

/** Lists the first words of all commands, without repetitions. */
function firstWords(commands: readonly Command[]): string[] {
  return [...new Set([...commands.map(({ name }) => name.split(" ")[0] ?? ""), "help"])];
}

/** Lists the second words that may follow the first word of a command. */
function secondWords(commands: readonly Command[], first: string): string[] {
  if (first === "completion") return [...shells];
  const others = first === "help"
    ? firstWords(commands).filter((word) => word !== "help")
    : commands.map(({ name }) => name.split(" ")).filter(([word]) => word === first)
      .flatMap(([, second]) => second ?? []);
  return [...new Set(others)];
}

function optionWords({ options }: { readonly options: readonly (readonly [string, Option])[] }) {
  return options.map(([name]) => `--${name}`).join(" ");
}

/** Returns the script for bash. It offers the values of an option, options, names of commands, or else files. */
function bash(commands: readonly Command[]): string {
  const cases = withOptions(commands).toSorted((a, b) => b.name.length - a.name.length)
    .map((row) => `    "${row.name}"*) options="${optionWords(row)}" ;;`);
  const values = valuesByOption(commands)
    .map(([name, values]) => `    --${name}) words="${values.join(" ")}" ;;`);
  const seconds = firstWords(commands).flatMap((first) => {
    const words = secondWords(commands, first);
    return words.length === 0 ? [] : [`    ${first}) words="${words.join(" ")}" ;;`];
  });
  return `# Completion of mitosis for bash.
_mitosis() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" options="" words=""
  case "\${COMP_WORDS[*]:1}" in
${cases.join("\n")}
    *) options="--help --version" ;;
  esac
  case "$previous" in
${values.join("\n")}
  esac
  if [[ -n "$words" ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); return; fi
  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); return; fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${firstWords(commands).join(" ")}" -- "$word")); return
  fi
  if [[ $COMP_CWORD -eq 2 ]]; then
    case "$previous" in
${seconds.map((line) => `  ${line}`).join("\n")}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
  COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _mitosis mitosis`;
}

/** Zsh runs the script of bash with its own \`bashcompinit\`. */
function zsh(commands: readonly Command[]): string {
  return `# Completion of mitosis for zsh.
autoload -U +X bashcompinit && bashcompinit
${bash(commands)}`;
}

function fish(commands: readonly Command[]): string {
  const inCommand = (name: string) => {
    const [first = "", second] = name.split(" ");
    const condition = `__fish_seen_subcommand_from ${first}`;
    return second === undefined
      ? condition
      : `${condition}; and __fish_seen_subcommand_from ${second}`;
  };
  const lines = withOptions(commands).flatMap(({ name, summary, options }) => {
    const [first = "", second] = name.split(" ");
    const word = second === undefined
      ? `complete -c mitosis -n __fish_use_subcommand -f -a ${first} -d ${quoted(summary)}`
      : `complete -c mitosis -n '__fish_seen_subcommand_from ${first}' -a ${second} -d ${
        quoted(summary)
      }`;
    return [
      word,
      ...options.map(([option, { meaning, placeholder, short, values }]) =>
        `complete -c mitosis -n '${inCommand(name)}' -l ${option}` +
        (short === undefined ? "" : ` -s ${short}`) +
        (placeholder === undefined ? "" : " -r") +
        (values === undefined ? "" : ` -f -a '${values.join(" ")}'`) +
        ` -d ${quoted(meaning)}`
      ),
    ];
  });
  const shellNames = `complete -c mitosis -n '__fish_seen_subcommand_from completion' -f -a '${
    shells.join(" ")
  }'`;
  const help =
    `complete -c mitosis -n __fish_use_subcommand -f -a help -d 'Show the help of a command'
complete -c mitosis -n '__fish_seen_subcommand_from help' -f -a '${
      secondWords(commands, "help").join(" ")
    }'`;
  return ["# Completion of mitosis for fish.", ...lines, shellNames, help].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function powershell(commands: readonly Command[]): string {
  const list = (words: readonly string[]) => `@(${words.map((word) => `'${word}'`).join(", ")})`;
  const options = withOptions(commands).map((row) =>
    `    '${row.name}' = ${list(optionWords(row).split(" "))}`
  );
  const seconds = firstWords(commands).map((first) =>
    `    '${first}' = ${list(secondWords(commands, first))}`
  );
  const values = valuesByOption(commands).map(([name, values]) =>
    `    '--${name}' = ${list(values)}`
  );
  return `# Completion of mitosis for PowerShell.
Register-ArgumentCompleter -Native -CommandName mitosis -ScriptBlock {
  param($word, $ast, $position)
  $options = @{
${options.join("\n")}
  }
  $seconds = @{
${seconds.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $typed = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.ToString() })
  $first = if ($typed.Count -gt 1) { $typed[1] } else { '' }
  $both = if ($typed.Count -gt 2) { "$first $($typed[2])" } else { $first }
  $words = if ($typed.Count -le 1) { ${list(firstWords(commands))} }
    elseif ($values.ContainsKey($typed[-1])) { $values[$typed[-1]] }
    elseif ($word -like '-*') { if ($options.ContainsKey($both)) { $options[$both] } else { $options[$first] } }
    elseif ($typed.Count -eq 2) { $seconds[$first] }
    else { @() }
  $words | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}`;
}

/** Lists the options that accept a fixed list of values. */
function valuesByOption(commands: readonly Command[]): (readonly [string, readonly string[]])[] {
  const found = withOptions(commands).flatMap(({ options }) =>
    options.flatMap(([name, { values }]) => values === undefined ? [] : [[name, values] as const])
  );
  return [...new Map(found)];
}
