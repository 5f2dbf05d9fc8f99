import { match } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkerTest } from "./optional.ts";

const training = fileURLToPath(new URL("../model/training/", import.meta.url));

checkerTest("the tests of the training pass", ["pytest"], async (pytest) => {
  const report = await run(pytest, "-q", training);
  match(report, /\d+ passed/);
  // Without PyTorch, pytest skips what needs it and gives the reason.
  for (const [line] of report.matchAll(/^SKIPPED .*$/gm)) console.log(line);
});

checkerTest("ruff passes the training", ["ruff"], async (ruff) => {
  await run(ruff, "check", "--no-cache", training);
  await run(ruff, "format", "--no-cache", "--check", training);
});

/** Returns what a program prints. @throws {Error} with what it printed if it fails. */
async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`${program} ${args.join(" ")} failed:\n${out}${err}`);
  return out ?? "";
}
