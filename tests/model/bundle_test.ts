import { match, ok, rejects } from "node:assert/strict";
import manifest from "../../model/manifest.json" with { type: "json" };
import { readConfig } from "../../src/config.ts";
import { Problem } from "../../src/errors.ts";
import { loadClassifier } from "../../src/patch/load.ts";

type Manifest = Record<string, unknown>;

const model = new URL("../../model/", import.meta.url);

/** Loads a changed copy of the embedded bundle, which must fail, and returns the message. */
async function refusal(change: (manifest: Manifest, folder: string) => unknown): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/samples`);
    for (const file of ["mitosis.onnx", "samples/metaphase.png", "samples/stroma.png"]) {
      await Deno.copyFile(new URL(file, model), `${folder}/${file}`);
    }
    const manifest = JSON.parse(await Deno.readTextFile(new URL("manifest.json", model)));
    await change(manifest, folder);
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest));
    const env: Record<string, string> = { MODEL_DIR: folder, INFERENCE_WORKERS: "0" };
    let message = "";
    await rejects(() => loadClassifier(readConfig((name) => env[name])), (thrown) => {
      ok(thrown instanceof Problem);
      message = thrown.message;
      return thrown.code === "model_invalid";
    });
    return message;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a bundle that does not match its manifest is not served, and the message says why", async () => {
  match(await refusal((m) => delete m["threshold"]), /threshold/);
  match(await refusal((m) => m["color"] = "pink"), /color/);
  match(
    await refusal((_, folder) => Deno.writeTextFile(`${folder}/mitosis.onnx`, "x")),
    /mitosis\.onnx has SHA-256 2d711642b726…, but its manifest says/,
  );
  match(
    await refusal((_, folder) => Deno.remove(`${folder}/mitosis.onnx`)),
    /mitosis\.onnx cannot be read/,
  );
  match(
    await refusal((m) => m["output"] = { name: "other", kind: "logit" }),
    new RegExp(`output named 'other', but the network has '${manifest.output.name}'`),
  );
  match(
    await refusal((m) => Object.assign(m["input"] as Manifest, { layout: "NHWC" })),
    /\[N, 64, 64, 3\], but the network has float32 \[N, 3, /,
  );
  match(
    await refusal((m) => Object.assign(m["selfTest"] as Manifest, { image: "samples/stroma.png" })),
    /fails its self-test: samples\/stroma\.png gives [\d.e-]+, but its manifest says/,
  );
  match(
    await refusal((m) => Object.assign(m["selfTest"] as Manifest, { image: "../x.png" })),
    /selfTest\.image: must be a relative path inside the bundle/,
  );
});

Deno.test("a manifest cannot name a file outside of its folder", async () => {
  for (
    const file of ["../mitosis.onnx", "/etc/hostname", "samples/../../x", "..", ".hidden", "a\\b"]
  ) {
    const message = await refusal((m) => m["network"] = { ...manifest.network, file });
    match(message, /network\.file: must be a relative path inside the bundle/, file);
  }
});

Deno.test("a file that is not an ONNX network is reported", async () => {
  const sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  match(
    await refusal(async (manifest, folder) => {
      await Deno.writeTextFile(`${folder}/mitosis.onnx`, "x");
      Object.assign(manifest["network"] as Manifest, { sha256 });
    }),
    /The ONNX runtime cannot load the network/,
  );
});

Deno.test("a folder without a manifest is reported by its name", async () => {
  const env: Record<string, string> = { MODEL_DIR: "/nowhere", INFERENCE_WORKERS: "0" };
  await rejects(() => loadClassifier(readConfig((name) => env[name])), {
    code: "model_invalid",
    message: /folder '\/nowhere'.*manifest\.json/,
  });
});
