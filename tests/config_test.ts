import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import denoConfig from "../deno.json" with { type: "json" };
import { type Command, parseCommandLine, resolveInvocation } from "../src/cli/command.ts";
import { detect } from "../src/cli/detect.ts";
import { evaluate } from "../src/cli/evaluate.ts";
import { evaluateFields } from "../src/cli/evaluate_fields.ts";
import { modelImport } from "../src/cli/model_import.ts";
import { predict } from "../src/cli/predict.ts";
import { serve } from "../src/cli/serve.ts";
import { slide } from "../src/cli/slide.ts";
import { slideMerge } from "../src/cli/slide_merge.ts";
import { readConfig, settings } from "../src/config.ts";
import { PUBLISHED_URLS } from "../src/model/import/ibm.ts";

const read = (env: Record<string, string>) => readConfig((name) => env[name]);

Deno.test("a setting takes its typed value, or its default when nothing was typed", () => {
  equal(read({}).port, 5000);
  equal(read({ PORT: " 8080 " }).port, 8080);
  equal(read({ PORT: "" }).port, 5000);
  equal(read({ CORS_ENABLE: "TRUE" }).corsEnable, true);
  deepEqual(read({ CORS_ORIGINS: "https://a.example , https://b.example" }).corsOrigins, [
    "https://a.example",
    "https://b.example",
  ]);
});

Deno.test("a refused value is named together with the accepted values", () => {
  for (const typed of ["-1", "65536", "http", "1e3", "5000.5"]) {
    throws(() => read({ PORT: typed }), (thrown: Error) => {
      match(
        thrown.message,
        new RegExp(`^PORT is '${typed}'; it must be a whole number from 0 to 65535`),
      );
      return true;
    });
  }
  throws(() => read({ CORS_ENABLE: "yes" }), /CORS_ENABLE is 'yes'; it must be true or false/);
});

Deno.test("each permission set allows exactly the variables that its commands read", () => {
  const { serve: ofServe, files, slide: ofSlide, import: ofImport } = denoConfig.permissions;
  const variables = (...commands: Command[]) => {
    const names = commands.flatMap((command) => command.settings.map((name) => settings[name].env));
    return [...new Set(names)].sort();
  };
  deepEqual(variables(serve), Object.values(settings).map(({ env }) => env).sort());
  deepEqual([...ofServe.env].sort(), variables(serve));
  deepEqual([...files.env].sort(), variables(predict, detect, evaluate, evaluateFields));
  deepEqual([...ofSlide.env].sort(), variables(slide, slideMerge));
  deepEqual(variables(modelImport), []);
  ok(!("env" in ofImport));
  deepEqual(ofImport.net, PUBLISHED_URLS.map((url) => new URL(url).host));
});

Deno.test("a command reads only its own settings", () => {
  const env = (name: string) => ({ PORT: "http", BATCH_SIZE: "3" })[name];
  const read = (command: Command) => resolveInvocation(command, parseCommandLine(command, []), env);
  equal(read(predict).config.batchSize, 3);
  throws(() => read(serve), /PORT is 'http'/);
});

Deno.test("every task and the container set the V8 flag that keeps WASM functions from being compiled twice", async () => {
  const dockerfile = await Deno.readTextFile(new URL("../Dockerfile", import.meta.url));
  const flag = "--wasm-tiering-budget=1000000000";
  for (
    const name of [
      "start",
      "dev",
      "predict",
      "detect",
      "slide",
      "evaluate",
      "evaluate:fields",
    ] as const
  ) {
    match(denoConfig.tasks[name].command, new RegExp(flag), name);
  }
  const [, flags] = /--v8-flags=(\S+)/.exec(denoConfig.tasks.start.command) ?? [];
  match(dockerfile, new RegExp(`DENO_V8_FLAGS=${flags}\\s`));
  for (const [, variable = ""] of denoConfig.tasks.start.command.matchAll(/([A-Z_]+=\d+) /g)) {
    match(dockerfile, new RegExp(variable));
  }
});
