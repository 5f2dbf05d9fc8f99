/**
 * `deno task build:cloudflare`: bundles the service as a module for Cloudflare Workers in
 * `dist/cloudflare`, together with the ONNX runtime, which Cloudflare compiles after the upload.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import denoConfig from "../../../deno.json" with { type: "json" };
import runtime from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

/** Cloudflare's size limit on the paid plan, in MB after gzip. It is 3 on the free plan. */
const MAX_MB = 10;

const root = new URL("../../../", import.meta.url);
const out = fileURLToPath(new URL("dist/cloudflare/", root));

/** Modules for Deno, and those that replace them here. */
const REPLACEMENTS = ["ort.ts", "runtime.ts"].map((name) =>
  [`${root}src/inference/${name}`, `${root}deploy/edge/cloudflare/${name}`] as const
);
const imports = { ...denoConfig.imports, ...Object.fromEntries(REPLACEMENTS) };

/** Defines `require` for CommonJS packages. Cloudflare's own lacks some modules of Node. */
const PRELUDE = `import { createRequire } from "node:module";
const requireOfNode = createRequire("/");
const require = (name) => /^(node:)?(process|cluster|v8)$/.test(name)
  ? globalThis[name.replace("node:", "")] ?? {} : requireOfNode(name);
`;

await Deno.mkdir(out, { recursive: true });
await Deno.writeTextFile(
  `${out}deno.json`,
  JSON.stringify({ imports, unstable: denoConfig.unstable }),
);
const { success, stderr } = await new Deno.Command(Deno.execPath(), {
  args: [
    "bundle",
    "--quiet",
    `--config=${out}deno.json`,
    "--no-lock",
    "--platform=browser",
    "--external=./ort.wasm",
    "--external=node:*",
    `--output=${out}bundle.js`,
    fileURLToPath(new URL("deploy/edge/cloudflare/worker.ts", root)),
  ],
}).output();
if (!success) throw new Error(new TextDecoder().decode(stderr));
const worker = new TextEncoder().encode(PRELUDE + await Deno.readTextFile(`${out}bundle.js`));
await Deno.writeFile(`${out}worker.js`, worker);
await Deno.writeFile(`${out}ort.wasm`, runtime);
await Deno.copyFile(
  new URL("deploy/edge/cloudflare/workerd.capnp", root),
  `${out}workerd.capnp`,
);
for (const name of ["bundle.js", "deno.json"]) await Deno.remove(out + name);

const megabytes = (gzipSync(worker).length + gzipSync(runtime).length) / 1e6;
console.log(`${out}: ${megabytes.toFixed(1)} MB after gzip; the limit is ${MAX_MB} MB`);
if (megabytes > MAX_MB) Deno.exit(1);
