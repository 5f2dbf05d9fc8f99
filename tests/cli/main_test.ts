import { fileURLToPath } from "node:url";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { settings } from "../../src/config.ts";
import { problems } from "../../src/errors.ts";
import { grayPatch } from "../png_writer.ts";
import { runProgram as run } from "../program.ts";

Deno.test("--help lists every setting with its default, a command's its options", async () => {
  const { code, out } = await run("files", "--help");
  equal(code, 0);
  for (const { env } of Object.values(settings)) match(out, new RegExp(`^  ${env} `, "m"));
  match((await run("files", "predict", "--help")).out, /--model-dir/);
});

Deno.test("predict prints a JSON object a line and fails where a file cannot be scored", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/gray.png`, grayPatch(220));
  await Deno.writeTextFile(`${folder}/text.png`, "hello");
  const files = ["model/samples/metaphase.png", `${folder}/gray.png`];
  const good = await run("files", "predict", ...files);
  equal(good.code, 0);
  const answers = good.out.trim().split("\n").map((line) => JSON.parse(line));
  deepEqual(answers.map(({ file, mitosis }) => [file, mitosis]), [
    [files[0], true],
    [files[1], false],
  ]);
  const bad = await run("files", "predict", `${folder}/text.png`, `${folder}/none.png`, ...files);
  equal(bad.code, 1);
  const codes = bad.out.trim().split("\n").map((line) => JSON.parse(line).error?.code);
  deepEqual(codes, ["image_not_png", "file_unreadable", undefined, undefined]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("evaluate measures labeled patches and draws the curves", async () => {
  const folder = await Deno.makeTempDir();
  const samples = fileURLToPath(new URL("../../model/samples", import.meta.url));
  const lines = ["metaphase,1", "anaphase,mitosis", "interphase,0", "stroma,normal"];
  const rows = lines.map((line) => line.replace(",", ".png,")).join("\n");
  for (const name of ["metaphase", "anaphase", "interphase", "stroma"]) {
    await Deno.copyFile(`${samples}/${name}.png`, `${folder}/${name}.png`);
  }
  await Deno.writeTextFile(`${folder}/labels.csv`, `file,label\n${rows}\n`);
  const { code, out } = await run(
    "files",
    "evaluate",
    `${folder}/labels.csv`,
    "--out",
    `${folder}/deep/curves.svg`,
  );
  equal(code, 0);
  match(out, /4 patches, 2 of them mitoses/);
  match(out, /AUC +1\.0000/);
  match(out, /calibration error +0\.\d{4}/);
  match(await Deno.readTextFile(`${folder}/deep/curves.svg`), /^<svg [^]*Calibration[^]*polyline/);
  const sheet = await Deno.readTextFile(`${folder}/deep/curves-failures.svg`);
  match(sheet, /Misses: 0[^]*False alarms: 0/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("wrong use exits with 2, a broken setting or model with 1, in one sentence", async () => {
  for (const args of [["predict"], ["dance"], ["serve", "--color", "red"], ["evaluate"]]) {
    const { code, err } = await run("files", ...args);
    equal(code, 2, args.join(" "));
    match(err, /Try --help/);
  }
  const port = await run("serve", "serve", "--port", "http");
  equal(port.code, 1);
  match(port.err, new RegExp(`^${problems.config_invalid.title}. PORT is 'http'`));
  const model = await run("serve", "serve", "--port", "0", "--model-dir", "models/none");
  equal(model.code, 1);
  match(model.err, /models\/none/);
  ok(!/\bat .*\.ts:/.test(port.err + model.err), "no stack trace");
});
