/**
 * `deno task compile [--target TRIPLE] [--output FILE]`: makes one executable of the program, with
 * model, ONNX runtime, Worker and pages in it, and lists what it embeds.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { cachedPackages, superfluous } from "./superfluous.ts";

/** What is embedded may not be larger, the base executable not counted. */
const MOST_MB = 40;

const root = new URL("../", import.meta.url).pathname;
const { values } = parseArgs({
  options: { target: { type: "string" }, output: { type: "string", default: "dist/mitosis" } },
});

const unused = await superfluous(await cachedPackages(root));
const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: [
    "compile",
    "-P=program",
    "--no-prompt",
    "--frozen",
    "--exclude-unused-npm",
    "--include=src/inference/worker.ts",
    ...unused.map((path) => `--exclude=${path}`),
    ...(values.target === undefined ? [] : [`--target=${values.target}`]),
    `--output=${values.output}`,
    "main.ts",
  ],
  cwd: root,
  env: { NO_COLOR: "1" },
}).output();
const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
console.log(said);
const [, size = "", unit = ""] = /^Files: ([\d.]+)([KM]?B)/m.exec(said) ?? [];
const megabytes = Number(size) * (unit === "MB" ? 1 : 1e-3);
if (code === 0 && !(megabytes > 0 && megabytes < MOST_MB)) {
  console.error(
    `The embedded files have ${size || "?"} ${unit}; at most ${MOST_MB} MB are allowed.`,
  );
  Deno.exit(1);
}
Deno.exit(code);
