import { deepEqual, equal, match, ok } from "node:assert/strict";
import { commands } from "../../src/cli/commands.ts";
import { optionsOf } from "../../src/cli/command.ts";
import { fishTest, zshTest } from "../optional.ts";
import { runLine } from "./run_line.ts";

async function script(shell: string): Promise<string> {
  const { code, out } = await runLine(`mitosis completion ${shell}`);
  equal(code, 0);
  return out;
}

async function output(program: string, ...args: string[]): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return text.trim().split("\n");
}

/** Asks bash, or zsh in its place, for the completions of the last of some words. */
async function completions(words: readonly string[], shell = "bash"): Promise<string[]> {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const ask =
    `COMP_WORDS=(mitosis ${quoted}); COMP_CWORD=${words.length}; _mitosis; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return await output(shell, "-c", `${await script(shell)}\n${ask}`);
}

Deno.test({
  name: "bash completes commands, options and values",
  ignore: Deno.build.os === "windows",
  async fn() {
    deepEqual(await completions(["ev"]), ["evaluate"]);
    deepEqual(await completions(["help", "comp"]), ["completion"]);
    deepEqual(await completions(["model", "im"]), ["import"]);
    deepEqual(await completions(["completion", "f"]), ["fish"]);
    deepEqual(await completions(["detect", "--no"]), ["--no-overwrite"]);
    deepEqual(await completions(["detect", "a.png", "--format", "ge"]), ["geojson"]);
    deepEqual(await completions(["evaluate", "fields", "x", "--bor"]), ["--border"]);
    const files = await completions(["detect", "READ"]);
    deepEqual(files, ["README.md"]);
  },
});

Deno.test("the script of each shell names every command and every option", async () => {
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const text = await script(shell);
    for (const command of commands) {
      for (const word of command.name.split(" ")) ok(text.includes(word), `${shell}: ${word}`);
      for (const option of Object.keys(optionsOf(command))) {
        const written = shell === "fish" ? `-l ${option} ` : `--${option}`;
        ok(text.includes(written), `${shell}: ${command.name} ${option}`);
      }
    }
  }
  match(await script("powershell"), /Register-ArgumentCompleter -Native -CommandName mitosis/);
});

fishTest("fish completes commands, options and values", async () => {
  const text = await script("fish");
  const ask = async (line: string) =>
    (await output("fish", "--no-config", "-c", `${text}\ncomplete -C '${line}'`))
      .map((row) => row.split("\t")[0]);
  deepEqual(await ask("mitosis ev"), ["evaluate"]);
  deepEqual(await ask("mitosis detect --no-o"), ["--no-overwrite"]);
  deepEqual(await ask("mitosis detect a.png --format ge"), ["geojson"]);
  deepEqual(await ask("mitosis completion po"), ["powershell"]);
});

zshTest("zsh reads its script and registers the completion", async () => {
  const text = await script("zsh");
  const loaded = await output(
    "zsh",
    "-f",
    "-c",
    `autoload -Uz compinit && compinit -u -D\n${text}\nprint -r -- $_comps[mitosis]`,
  );
  match(loaded.join(), /_mitosis/);
});
