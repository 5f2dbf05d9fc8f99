import { messageOf, Problem } from "../errors.ts";
import { version } from "../version.ts";
import { type Command, readInvocation, UsageError } from "./command.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { suggestion } from "./suggestion.ts";

/**
 * Runs the command whose name `args` begins with. When `args` is empty or begins with an option, runs
 * the first command. Also answers `--version`, `--help` and `help`.
 *
 * @returns The exit code: 0 for success, 1 when anything failed, 2 for a mistake in the command line.
 */
export async function dispatch(commands: readonly Command[], args: string[]): Promise<number> {
  if (args[0] === "--version") return print(version);
  if (args[0] === "--help" || args[0] === "-h" || args[0] === "help") {
    return print(generalHelp(commands));
  }
  try {
    const [command, rest] = findCommand(commands, args);
    if (rest.includes("--help") || rest.includes("-h")) return print(commandHelp(command));
    return await command.run(readInvocation(command, rest, (name) => Deno.env.get(name)));
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      console.error(`${thrown.message}\nTry --help.`);
      return 2;
    }
    if (!(thrown instanceof Problem)) throw thrown;
    console.error(`${thrown.title}. ${messageOf(thrown)}`);
    return 1;
  }
}

/** Returns the command with the longest name that `args` begins with, and the arguments after the name. */
function findCommand(commands: readonly Command[], args: string[]): [Command, string[]] {
  const [first, ...others] = commands;
  if (first === undefined) throw new UsageError("There is no command.");
  const [named] = [first, ...others]
    .map((command) => ({ command, words: command.name.split(" ") }))
    .filter(({ words }) => words.every((word, i) => args[i] === word))
    .sort((a, b) => b.words.length - a.words.length);
  if (named !== undefined) return [named.command, args.slice(named.words.length)];
  const [typed] = args;
  if (typed === undefined || typed.startsWith("-")) return [first, args];
  const known = commands.map(({ name }) => name);
  throw new UsageError(
    `There is no command '${typed}'; the commands are ${known.join(", ")}.${
      suggestion(typed, known)
    }`,
  );
}

function print(text: string): number {
  console.log(text);
  return 0;
}
