/**
 * `deno task compile [--target TRIPLE] [--output FILE]`: makes one executable of the program, with
 * model, ONNX runtime, Worker and pages in it, and lists what it embeds.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import denoConfig from "../deno.json" with { type: "json" };
import { entries, readPackages } from "./packages.ts";
import { superfluous } from "./superfluous.ts";

/** What is embedded may not be larger, the base executable not counted. */
const MAX_MB = 40;

const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({
  options: { target: { type: "string" }, output: { type: "string", default: "dist/mitosis" } },
});

const { serve, files, import: weights } = denoConfig.permissions;
/** What any of the commands may; an executable cannot tell them apart. */
const permissions = [
  `--allow-net=${[...serve.net, ...weights.net]}`,
  `--allow-env=${[...new Set([...serve.env, ...files.env])]}`,
  `--allow-sys=${serve.sys}`,
  "--allow-read",
  "--allow-write",
  "--deny-import",
];

/** As the service is started with; an executable takes none. */
const [, v8Flags = ""] = /--v8-flags=(\S+)/.exec(denoConfig.tasks.start.command) ?? [];

const unused = await superfluous([...(await readPackages(root)).all.values()]);
const [program = "", ...workers] = entries;
const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: [
    "compile",
    ...permissions,
    `--v8-flags=${v8Flags}`,
    "--no-prompt",
    "--frozen",
    "--exclude-unused-npm",
    ...workers.map((worker) => `--include=${worker}`),
    ...unused.map((path) => `--exclude=${path}`),
    ...(values.target === undefined ? [] : [`--target=${values.target}`]),
    `--output=${values.output}`,
    program,
  ],
  cwd: root,
  env: { NO_COLOR: "1" },
}).output();
const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
console.log(said);
const [, size = "", unit = ""] = /^Files: ([\d.]+)([KM]?B)/m.exec(said) ?? [];
const megabytes = Number(size) * (unit === "MB" ? 1 : 1e-3);
if (code === 0 && !(megabytes > 0 && megabytes < MAX_MB)) {
  console.error(
    `The embedded files have ${size || "?"} ${unit}; at most ${MAX_MB} MB are allowed.`,
  );
  Deno.exit(1);
}
Deno.exit(code);
