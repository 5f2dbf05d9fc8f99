import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { commands } from "../../src/cli/commands.ts";
import { parseCommandLine, resolveInvocation } from "../../src/cli/command.ts";
import { detect } from "../../src/cli/detect.ts";
import { serve } from "../../src/cli/serve.ts";
import { readSettingsFile } from "../../src/cli/settings_file.ts";
import { inNewFolder, runLine } from "./run_line.ts";

async function read(text: string, command = detect, name = "settings.toml") {
  const path = `${await Deno.makeTempDir()}/${name}`;
  try {
    await Deno.writeTextFile(path, text);
    return await readSettingsFile(path, command, commands);
  } finally {
    await Deno.remove(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  }
}

const TOML = `
# For all commands.
port = 8080
batch_size = 4
slide-urls = ["https://a.example/", "https://b.example/"]

[detect]
threshold = 0.9
keep = true
exact = false
batch-size = 2

["evaluate fields"]
border = true
`;

Deno.test("a settings file gives settings and options, in TOML and in JSON", async () => {
  const shared = { port: "8080", "slide-urls": "https://a.example/,https://b.example/" };
  deepEqual(await read(TOML), { ...shared, threshold: "0.9", keep: "true", "batch-size": "2" });
  deepEqual(await read(TOML, serve), { ...shared, "batch-size": "4" });
  const json = '{"port": 8080, "serve": {"host": "0.0.0.0"}}';
  deepEqual(await read(json, serve, "settings.JSON"), { port: "8080", host: "0.0.0.0" });
});

Deno.test("an option counts before the environment, that before the file, that before the default", () => {
  const port = (args: string[], env?: string, inFile: Record<string, string> = {}) => {
    const line = parseCommandLine(serve, args);
    return resolveInvocation(serve, line, (name) => name === "PORT" ? env : undefined, inFile)
      .config.port;
  };
  equal(port(["--port", "1"], "2", { port: "3" }), 1);
  equal(port([], "2", { port: "3" }), 2);
  equal(port([], " ", { port: "3" }), 3);
  equal(port([]), 5000);
  const line = parseCommandLine(detect, ["--threshold", "0.1"]);
  const inFile = { threshold: "0.9", out: "r/" };
  const { options } = resolveInvocation(detect, line, () => undefined, inFile);
  deepEqual([options["threshold"], options["out"]], ["0.1", "r/"]);
});

Deno.test("a settings file with a mistake is refused by name", async () => {
  const cases = [
    ["prot = 1", /has 'prot', which is not known\. Did you mean 'port'\?/],
    ["[detct]\nkeep = true", /has the table \[detct\], .* mean 'detect'\?/],
    ["[predict]\nthreshold = 1", /has 'threshold' in \[predict\], which is not known/],
    ["threshold = 1", /has 'threshold', which is not known/],
    ["port = 'http'", /^'port' of the settings file '.*' is 'http'; it must be a whole number/],
    ["port = 2026-11-25", /'port' of the settings file '.*' must be text, a number/],
    ["port = 1\nhost = ", /is not TOML: .* in line 2, column \d+\.$/],
  ] as const;
  for (const [text, message] of cases) {
    await rejects(read(text), { code: "config_invalid", message });
  }
  await rejects(read("[1]", detect, "a.json"), /must hold an object/);
  await rejects(read("{1", detect, "a.json"), /'.*a\.json' is not valid JSON\.$/);
  await rejects(readSettingsFile("none.toml", detect, commands), /'none\.toml' cannot be read/);
});

Deno.test("serve takes its settings from a file", async () => {
  await inNewFolder(async () => {
    await Deno.writeTextFile("mitosis.toml", "port = 5098\nmetrics-port = 5098\n");
    const { code, err } = await runLine("mitosis serve --config mitosis.toml");
    equal(code, 1);
    match(err, /METRICS_PORT is 5098, the same as PORT/);
  });
});
