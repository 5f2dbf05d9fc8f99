/**
 * `deno task build:cloudflare`: bundles the service as a module for Cloudflare Workers in
 * `dist/cloudflare`, together with the ONNX runtime and the image decoders, which Cloudflare compiles after
 * the upload.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import denoConfig from "../../../deno.json" with { type: "json" };
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };
import pngCodec from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm" with { type: "bytes" };
import runtime from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

/** Cloudflare's size limit on the paid plan, in MB after gzip. It is 3 on the free plan. */
const MAX_MB = 10;

const root = new URL("../../../", import.meta.url);
const out = fileURLToPath(new URL("dist/cloudflare/", root));

/** Modules for Deno, and those that replace them here. */
const REPLACEMENTS = {
  "src/inference/ort.ts": "ort.ts",
  "src/inference/runtime.ts": "runtime.ts",
  "src/image/png/compile.ts": "png_codec.ts",
  "src/image/jpeg/compile.ts": "jpeg_decoder.ts",
  "src/service/slide_services.ts": "slide_services.ts",
};
const imports = {
  ...denoConfig.imports,
  ...Object.fromEntries(
    Object.entries(REPLACEMENTS).map(([module, name]) =>
      [`${root}${module}`, `${root}deploy/edge/cloudflare/${name}`] as const
    ),
  ),
};

/** The WebAssembly that Cloudflare compiles after the upload, by the names in `workerd.capnp`. */
const COMPILED = { "ort.wasm": runtime, "png.wasm": pngCodec, "jpeg.wasm": jpegDecoder };

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
    ...Object.keys(COMPILED).map((name) => `--external=./${name}`),
    "--external=node:*",
    `--output=${out}bundle.js`,
    fileURLToPath(new URL("deploy/edge/cloudflare/worker.ts", root)),
  ],
}).output();
if (!success) throw new Error(new TextDecoder().decode(stderr));
const worker = new TextEncoder().encode(PRELUDE + await Deno.readTextFile(`${out}bundle.js`));
await Deno.writeFile(`${out}worker.js`, worker);
for (const [name, bytes] of Object.entries(COMPILED)) await Deno.writeFile(out + name, bytes);
await Deno.copyFile(
  new URL("deploy/edge/cloudflare/workerd.capnp", root),
  `${out}workerd.capnp`,
);
for (const name of ["bundle.js", "deno.json"]) await Deno.remove(out + name);

const megabytes = [worker, ...Object.values(COMPILED)]
  .reduce((sum, bytes) => sum + gzipSync(bytes).length, 0) / 1e6;
console.log(`${out}: ${megabytes.toFixed(1)} MB after gzip; the limit is ${MAX_MB} MB`);
if (megabytes > MAX_MB) Deno.exit(1);
