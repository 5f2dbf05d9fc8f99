import { equal, match, ok } from "node:assert/strict";
import { problems } from "../../src/errors.ts";
import { runProgram } from "../program.ts";

Deno.test("a wrong command line exits with 2, a bad setting or model with 1, without stack trace", async () => {
  for (const args of [["predict"], ["dance"], ["serve", "--color", "red"], ["evaluate"]]) {
    const { code, err } = await runProgram("files", ...args);
    equal(code, 2, args.join(" "));
    match(err, /Try --help/);
  }
  const port = await runProgram("serve", "serve", "--port", "http");
  equal(port.code, 1);
  match(port.err, new RegExp(`^${problems.config_invalid.title}. PORT is 'http'`));
  const model = await runProgram("serve", "serve", "--port", "0", "--model-dir", "models/none");
  equal(model.code, 1);
  match(model.err, /models\/none/);
  ok(!/\bat .*\.ts:/.test(port.err + model.err), "no stack trace");
});
