/**
 * `deno task compile [--target TRIPLE] [--output FILE]`: compiles the program to one executable,
 * with the model, the ONNX runtime, Workers and pages. Prints the embedded files.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import denoConfig from "../deno.json" with { type: "json" };
import { ENTRY_POINTS, readPackages } from "./packages.ts";
import { findUnusedFiles } from "./unused_files.ts";

/** Maximum size of the embedded files in MB, without Deno itself. */
const MAX_MB = 40;

const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({
  options: { target: { type: "string" }, output: { type: "string", default: "dist/mitosis" } },
});

const { serve, files, import: weights } = denoConfig.permissions;
/** The permissions of all commands together, because an executable has one set of permissions. */
const PERMISSIONS = [
  `--allow-net=${[...serve.net, ...weights.net]}`,
  `--allow-env=${[...new Set([...serve.env, ...files.env])]}`,
  `--allow-sys=${serve.sys}`,
  "--allow-read",
  "--allow-write",
  "--deny-import",
];

/** V8's flags of `deno task start`. An executable cannot get any when it is started. */
const [, v8Flags = ""] = /--v8-flags=(\S+)/.exec(denoConfig.tasks.start.command) ?? [];

const unused = await findUnusedFiles([...(await readPackages(root)).all.values()]);
const [program = "", ...workers] = ENTRY_POINTS;
const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: [
    "compile",
    ...PERMISSIONS,
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
const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
console.log(output);
const [, size = "", unit = ""] = /^Files: ([\d.]+)([KM]?B)/m.exec(output) ?? [];
const megabytes = Number(size) * (unit === "MB" ? 1 : 1e-3);
if (code === 0 && !(megabytes > 0 && megabytes < MAX_MB)) {
  console.error(
    `The embedded files have ${size || "?"} ${unit}; the limit is ${MAX_MB} MB.`,
  );
  Deno.exit(1);
}
Deno.exit(code);
