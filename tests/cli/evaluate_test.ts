import { fileURLToPath } from "node:url";
import { equal, match } from "node:assert/strict";
import { runProgram } from "../program.ts";

Deno.test("evaluate prints the measures of labeled patches and writes curves and failures", async () => {
  const folder = await Deno.makeTempDir();
  const samples = fileURLToPath(new URL("../../model/samples", import.meta.url));
  const lines = ["metaphase,1", "anaphase,mitosis", "interphase,0", "stroma,normal"];
  const rows = lines.map((line) => line.replace(",", ".png,")).join("\n");
  for (const name of ["metaphase", "anaphase", "interphase", "stroma"]) {
    await Deno.copyFile(`${samples}/${name}.png`, `${folder}/${name}.png`);
  }
  await Deno.writeTextFile(`${folder}/labels.csv`, `file,label\n${rows}\n`);
  const { code, out } = await runProgram(
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
  const failures = await Deno.readTextFile(`${folder}/deep/curves-failures.svg`);
  match(failures, /Misses: 0[^]*False alarms: 0/);
  await Deno.remove(folder, { recursive: true });
});
