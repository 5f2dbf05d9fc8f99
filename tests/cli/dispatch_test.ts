import { equal, match, ok, throws } from "node:assert/strict";
import { parseCommandLine, resolveInvocation } from "../../src/cli/command.ts";
import { serve } from "../../src/cli/serve.ts";
import { runProgram } from "../program.ts";

Deno.test("a wrong command line exits with 2, a bad model with 1, without stack trace", async () => {
  for (const args of [["predict"], ["dance"], ["serve", "--color", "red"], ["evaluate"]]) {
    const { code, err } = await runProgram("files", ...args);
    equal(code, 2, args.join(" "));
    match(err, /Try --help/);
  }
  const option = await runProgram("serve", "serve", "--port", "http");
  equal(option.code, 2);
  match(option.err, /^--port is 'http'; it must be a whole number from 0 to 65535/);
  const model = await runProgram("serve", "serve", "--port", "0", "--model-dir", "models/none");
  equal(model.code, 1);
  match(model.err, /models\/none/);
  ok(!/\bat .*\.ts:/.test(option.err + model.err), "no stack trace");
});

Deno.test("a setting takes its value from its option, its environment variable or its default", () => {
  const read = (args: string[], port?: string) =>
    resolveInvocation(
      serve,
      parseCommandLine(serve, args),
      (name) => name === "PORT" ? port : undefined,
    ).config.port;
  equal(read(["--port", "81"], "82"), 81);
  equal(read(["--port="], "82"), 82);
  equal(read([], ""), 5000);
  throws(() => read(["--port="], "http"), { code: "config_invalid", message: /^PORT is 'http'/ });
});
