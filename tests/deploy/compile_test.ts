import { deepEqual, equal, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { modelImport } from "../../src/cli/model_import.ts";
import { settings } from "../../src/config.ts";
import { PUBLISHED_URLS } from "../../src/model/import/ibm.ts";
import { version } from "../../src/version.ts";
import { kerasHdf5 } from "../model/import/keras/keras_hdf5.ts";
import { TestNetwork } from "../model/import/keras/test_network.ts";
import { type Executable, takeApart } from "./compile/executable.ts";
import { startDeno } from "../program.ts";
import { svsOf } from "../slide/svs.ts";
import { drawnSlide } from "../slide_search/memory_slide.ts";
import { tiffSamples } from "../tiff_samples.ts";
import { type LaidOut, layOut } from "./compile/lay_out.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The base executable is downloaded where it can be; Deno itself stands for it here, which makes a file
 * of the same contents that cannot be run.
 */
async function compile(output: string): Promise<Executable> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "deploy/compile.ts", "--output", output],
    cwd: root,
    env: { DENORT_BIN: Deno.execPath() },
  }).output();
  ok(success, new TextDecoder().decode(stderr));
  return takeApart(await Deno.readFile(output));
}

/** Runs one command in an empty folder; it reads what is laid out, and writes `out`. */
async function run(laidOut: LaidOut, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...laidOut.args([`${laidOut.folder}/out`]), ...args],
    cwd: `${laidOut.folder}/elsewhere`,
    env: laidOut.env,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  equal(code, 0, `${args}: ${err}`);
  return out ?? "";
}

// The other systems' executables have the same parts, packed as their formats want it.
Deno.test({
  name: "an executable has all that the program reads, and no right that it does not need",
  ignore: Deno.build.os !== "linux",
  async fn(t) {
    const folder = await Deno.makeTempDir();
    try {
      const executable = await compile(`${folder}/mitosis`);
      const laidOut = await layOut(executable, folder);
      const samples = `${folder}/app/model/samples`;
      await Deno.mkdir(`${folder}/elsewhere`);
      await Deno.mkdir(`${folder}/out`);

      await t.step("its rights are those of the commands", () => {
        const { permissions } = executable;
        const names = Object.values(settings).map(({ env }) => env);
        deepEqual(permissions["allow_env"]?.toSorted(), names.toSorted());
        const hosts = PUBLISHED_URLS.map((url) => new URL(url).host);
        const local = ["0.0.0.0", "127.0.0.1", "localhost", "[::]", "[::1]"];
        deepEqual(permissions["allow_net"], [...local, ...hosts]);
        deepEqual(permissions["allow_sys"], ["getPriority", "setPriority", "systemMemoryInfo"]);
        for (const kind of ["run", "ffi"]) equal(permissions[`allow_${kind}`], null);
        deepEqual(permissions["deny_import"], []);
      });

      await t.step("it has one build of the ONNX runtime and no test, type or map", () => {
        const paths = [...executable.files.keys()];
        deepEqual(
          paths.filter((path) => path.endsWith(".wasm")).map((path) => path.split("/").at(-1)),
          [
            "openjpegwasm_decode.wasm",
            "mozjpeg_dec.wasm",
            "mozjpeg_enc.wasm",
            "squoosh_png_bg.wasm",
            "ort-wasm-simd-threaded.wasm",
          ],
        );
        deepEqual(paths.filter((path) => /\.(map|d\.[cm]?ts)$|_test\.ts$/.test(path)), []);
      });

      await t.step("--version", async () => {
        equal((await run(laidOut, "--version")).trim(), version);
      });

      await t.step("predict", async () => {
        const out = await run(laidOut, "predict", `${samples}/metaphase.png`);
        equal(JSON.parse(out).mitosis, true);
      });

      await t.step("detect", async () => {
        const out = await run(laidOut, "detect", `${samples}/field.png`);
        match(out, /\d+ mitos/);
      });

      await t.step("evaluate", async () => {
        const labels = ["metaphase.png,1", "anaphase.png,1", "interphase.png,0", "stroma.png,0"];
        await Deno.writeTextFile(`${samples}/labels.csv`, `file,label\n${labels.join("\n")}\n`);
        match(
          await run(
            laidOut,
            "evaluate",
            `${samples}/labels.csv`,
            "--out",
            `${folder}/out/curves.svg`,
          ),
          /AUC +1\.0000/,
        );
      });

      await t.step("model import, then predict with what it made", async () => {
        const network = new TestNetwork();
        network.dense(network.globalAverage(network.conv(network.input(64), 4, 3)), 1);
        await Deno.writeFile(`${folder}/out/own.h5`, await kerasHdf5(network, "keras 2"));
        const bundle = `${folder}/out/bundle`;
        const args = ["--output", bundle, "--allow-unverified", `${folder}/out/own.h5`];
        await run(laidOut, ...modelImport.name.split(" "), ...args);
        const out = await run(
          laidOut,
          "predict",
          "--model-dir",
          bundle,
          `${samples}/stroma.png`,
        );
        ok(JSON.parse(out).probability >= 0);
      });

      await t.step("serve, with the pages", async () => {
        const args = [...laidOut.args([]), "serve", "--port", "0"];
        await using service = await startDeno(args, `${folder}/elsewhere`, laidOut.env);
        for (
          const path of [
            "",
            "docs/swagger-ui-bundle.js",
            "docs/swagger-ui.css",
            "app",
            "app/style.css",
            "app/npm/preact.js",
            "app/npm/openseadragon.js",
            "app/npm/fflate.js",
            "app/npm/openjpeg_dec.wasm",
            "app/page/tiff_worker.ts",
            "app/page/main.ts",
            "app/model",
            "samples/field.png",
            "openapi.json",
            "swagger.json",
            "metrics",
          ]
        ) {
          const response = await fetch(`${service.url}${path}`);
          await response.body?.cancel();
          equal(response.status, 200, path);
        }
        for (const [name, body] of await tiffSamples()) {
          const headers = { "content-type": "image/tiff" };
          const options = { method: "POST", headers, body };
          const response = await fetch(`${service.url}model/detect`, options);
          equal(response.status, 200, `${name}: ${await response.text()}`);
        }
        for (const [path, name] of [["model/predict", "metaphase"], ["model/detect", "field"]]) {
          const body = await Deno.readFile(`${samples}/${name}.png`);
          const headers = { "content-type": "image/png" };
          const response = await fetch(`${service.url}${path}`, { method: "POST", headers, body });
          equal(response.status, 200, `${path}: ${await response.text()}`);
        }
      });

      await t.step("serve, with a slide that is shown and searched", async () => {
        const slides = `${folder}/out/slides`;
        await Deno.mkdir(slides);
        const svs = svsOf(await drawnSlide(), "Aperio Image Library\r\n|MPP = 0.25");
        await Deno.writeFile(`${slides}/a.svs`, svs);
        const args = [...laidOut.args([`${folder}/out`]), "serve", "--port", "0"];
        const env = { ...laidOut.env, SLIDES_DIR: slides, RESULTS_DIR: `${folder}/out/results` };
        await using service = await startDeno(args, `${folder}/elsewhere`, env);
        const list = await (await fetch(`${service.url}slides`)).json();
        const slide = `${service.url}slides/${list.slides[0].id}`;
        const picture = await fetch(`${slide}/iiif/0,0,64,64/max/0/default.jpg`);
        equal(picture.status, 200, await picture.text());
        const started = await fetch(`${slide}/searches`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"threshold": 0.7}',
        });
        const search = new URL(started.headers.get("location") ?? "", service.url);
        await started.body?.cancel();
        const events = await fetch(search, { headers: { accept: "text/event-stream" } });
        match(await events.text(), /event: result\n.*"summary":\{"count":5,/);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
