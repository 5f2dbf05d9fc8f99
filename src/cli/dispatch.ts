import { messageOf, Problem } from "../errors.ts";
import { version } from "../version.ts";
import { type Command, parseCommandLine, resolveInvocation, UsageError } from "./command.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { type Io, processIo } from "./io.ts";
import { createOutput, jsonError } from "./output.ts";
import { readSettingsFile } from "./settings_file.ts";
import { suggestion } from "./suggestion.ts";

/**
 * Runs the command whose name `args` begins with. When `args` is empty or begins with an option, runs
 * the first command. Also answers `--version`, `--help` and `help COMMAND`.
 *
 * @param io What is read and printed; by default the streams of the process.
 * @returns The exit code: 0 for success, 1 when anything failed, 2 for a mistake in the command line.
 */
export async function dispatch(
  commands: readonly Command[],
  args: readonly string[],
  io: Io = processIo,
): Promise<number> {
  const end = args.indexOf("--");
  const beforeEnd = end < 0 ? args : args.slice(0, end);
  const isJson = beforeEnd.includes("--json");
  const fail = (code: string, message: string, sentence: string) => {
    if (isJson) io.out(JSON.stringify({ error: { code, message } }));
    io.err(sentence);
  };
  try {
    const answer = answerQuestion(commands, beforeEnd);
    if (answer !== undefined) {
      io.out(answer);
      return 0;
    }
    const [command, rest] = findCommand(commands, args);
    const line = parseCommandLine(command, rest);
    const { config: path, json, quiet } = line.typed;
    const inFile = path === undefined ? {} : await readSettingsFile(path, command, commands);
    const invocation = resolveInvocation(command, line, io.env, inFile);
    const output = createOutput(io, { json: json !== undefined, quiet: quiet !== undefined });
    return await command.run({ ...invocation, output, io });
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      fail("usage", thrown.message, `${thrown.message}\nTry --help.`);
      return 2;
    }
    if (!(thrown instanceof Problem)) throw thrown;
    const { code, message } = jsonError(thrown);
    fail(code, message, `${thrown.title}. ${messageOf(thrown)}`);
    return 1;
  }
}

/** Returns the text for `--version`, `--help` and `help`; undefined for anything else. */
function answerQuestion(
  commands: readonly Command[],
  args: readonly string[],
): string | undefined {
  const [first, ...rest] = args;
  if (first === "--version" || first === "-V") return version;
  if (first === "--help" || first === "-h") return generalHelp(commands);
  if (first === "help") {
    const words = rest.filter((word) => !word.startsWith("-"));
    if (words.length === 0) return generalHelp(commands);
    const [command, more] = findCommand(commands, words);
    if (more.length > 0) throw unknownCommand(commands, words.join(" "));
    return commandHelp(command);
  }
  if (!args.includes("--help") && !args.includes("-h")) return undefined;
  return commandHelp(findCommand(commands, args)[0]);
}

/** Returns the command with the longest name that `args` begins with, and the arguments after the name. */
function findCommand(
  commands: readonly Command[],
  args: readonly string[],
): [Command, readonly string[]] {
  const [first, ...others] = commands;
  if (first === undefined) throw new UsageError("There is no command.");
  const [named] = [first, ...others]
    .map((command) => ({ command, words: command.name.split(" ") }))
    .filter(({ words }) => words.every((word, i) => args[i] === word))
    .sort((a, b) => b.words.length - a.words.length);
  if (named !== undefined) return [named.command, args.slice(named.words.length)];
  const [typed] = args;
  if (typed === undefined || typed.startsWith("-")) return [first, args];
  throw unknownCommand(commands, typed);
}

function unknownCommand(commands: readonly Command[], typed: string): UsageError {
  const known = commands.map(({ name }) => name);
  const hint = /\.(png|jpe?g|tiff?)$/i.test(typed)
    ? ` To search a field, type detect ${typed}; to score a patch, predict ${typed}.`
    : suggestion(typed, known);
  return new UsageError(
    `There is no command '${typed}'; the commands are ${known.join(", ")}.${hint}`,
  );
}
