import { deepEqual, equal, match, throws } from "node:assert/strict";
import denoConfig from "../deno.json" with { type: "json" };
import { readConfig, settings } from "../src/config.ts";

const read = (env: Record<string, string>) => readConfig((name) => env[name]);

Deno.test("settings take what was typed, else their default", () => {
  equal(read({}).port, 5000);
  equal(read({ PORT: " 8080 " }).port, 8080);
  equal(read({ PORT: "" }).port, 5000);
  equal(read({ CORS_ENABLE: "TRUE" }).corsEnable, true);
  deepEqual(read({ CORS_ORIGINS: "https://a.example , https://b.example" }).corsOrigins, [
    "https://a.example",
    "https://b.example",
  ]);
});

Deno.test("a value that a setting does not take is named with what it does take", () => {
  for (const typed of ["-1", "65536", "http", "1e3", "5000.5"]) {
    throws(() => read({ PORT: typed }), (thrown: Error) => {
      match(thrown.message, new RegExp(`^PORT is '${typed}'; it takes a whole number, 0 to 65535`));
      return true;
    });
  }
  throws(() => read({ CORS_ENABLE: "yes" }), /CORS_ENABLE is 'yes'; it takes true or false/);
});

Deno.test("the permission sets let the program read its settings and no other variable", () => {
  const names = Object.values(settings).map(({ env }) => env).sort();
  deepEqual([...denoConfig.permissions.serve.env].sort(), names);
  deepEqual([...denoConfig.permissions.files.env].sort(), names);
});

Deno.test("the README's table has every setting with its default", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  for (const { env, fallback } of Object.values(settings)) {
    const shown = env === "INFERENCE_WORKERS" ? "number of cores" : fallback && `\`${fallback}\``;
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${env}\``));
    equal(row?.split("|")[2]?.trim(), shown, env);
  }
});
