import { equal, match } from "node:assert/strict";
import { settings } from "../../src/config.ts";
import { runProgram } from "../program.ts";

Deno.test("--help lists every setting, and the help of a command lists its options", async () => {
  const { code, out } = await runProgram("files", "--help");
  equal(code, 0);
  for (const { env } of Object.values(settings)) match(out, new RegExp(`^  ${env} `, "m"));
  match((await runProgram("files", "predict", "--help")).out, /--model-dir/);
});
