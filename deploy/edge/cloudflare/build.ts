/**
 * `deno task build:cloudflare`: writes the service as one module for Cloudflare Workers to
 * `dist/cloudflare`, with the ONNX runtime and the decoders beside it, which Cloudflare compiles when they
 * are uploaded.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import denoConfig from "../../../deno.json" with { type: "json" };
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };
import pngCodec from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm" with { type: "bytes" };
import runtime from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

/** What Cloudflare takes on its paid plan, after gzip; it is 3 on the free one. */
const MAX_MB = 10;

const root = new URL("../../../", import.meta.url);
const out = fileURLToPath(new URL("dist/cloudflare/", root));

/** In place of what is for Deno: the runtime's build for browsers, and a module that is compiled already. */
const replaced = {
  "src/inference/ort.ts": "ort.ts",
  "src/inference/runtime.ts": "runtime.ts",
  "src/image/png/compile.ts": "png_codec.ts",
  "src/image/jpeg/compile.ts": "jpeg_decoder.ts",
};
const imports = {
  ...denoConfig.imports,
  ...Object.fromEntries(
    Object.entries(replaced).map(([module, name]) =>
      [`${root}${module}`, `${root}deploy/edge/cloudflare/${name}`] as const
    ),
  ),
};

/** What Cloudflare compiles when it is uploaded, by the names in `workerd.capnp`. */
const compiled = { "ort.wasm": runtime, "png.wasm": pngCodec, "jpeg.wasm": jpegDecoder };

/** Some packages are CommonJS, and look for modules of Node that workerd does not give to `require`. */
const prelude = `import { createRequire } from "node:module";
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
    ...Object.keys(compiled).map((name) => `--external=./${name}`),
    "--external=node:*",
    `--output=${out}bundle.js`,
    fileURLToPath(new URL("deploy/edge/cloudflare/worker.ts", root)),
  ],
}).output();
if (!success) throw new Error(new TextDecoder().decode(stderr));
const worker = new TextEncoder().encode(prelude + await Deno.readTextFile(`${out}bundle.js`));
await Deno.writeFile(`${out}worker.js`, worker);
for (const [name, bytes] of Object.entries(compiled)) await Deno.writeFile(out + name, bytes);
await Deno.copyFile(
  new URL("deploy/edge/cloudflare/workerd.capnp", root),
  `${out}workerd.capnp`,
);
for (const name of ["bundle.js", "deno.json"]) await Deno.remove(out + name);

const megabytes = [worker, ...Object.values(compiled)]
  .reduce((sum, bytes) => sum + gzipSync(bytes).length, 0) / 1e6;
console.log(`${out}: ${megabytes.toFixed(1)} MB after gzip; Cloudflare takes ${MAX_MB}`);
if (megabytes > MAX_MB) Deno.exit(1);
