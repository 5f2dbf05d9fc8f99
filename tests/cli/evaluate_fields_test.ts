import { equal, match } from "node:assert/strict";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { runProgram } from "../program.ts";

Deno.test("evaluate fields prints the measures of annotated fields and writes the curves", async () => {
  const folder = await Deno.makeTempDir();
  const mitoses = [{ x: 100, y: 120 }];
  await Deno.writeFile(`${folder}/a.png`, pngFile(await drawnField(320, 256, mitoses)));
  await Deno.writeTextFile(
    `${folder}/annotations.json`,
    JSON.stringify([{ file: "a.png", mitoses }]),
  );
  const { code, out } = await runProgram(
    "files",
    "evaluate",
    "fields",
    folder,
    "--out",
    `${folder}/deep/f.svg`,
  );
  equal(code, 0, out);
  match(out, /candidates cover +1 of 1/);
  match(out, /average precision +1\.000/);
  match(await Deno.readTextFile(`${folder}/deep/f.svg`), /^<svg [^]*polyline/);
  const compared = await runProgram(
    "files",
    "evaluate",
    "fields",
    folder,
    "--exact",
    "--compare-exact",
    "--out",
    `${folder}/f.svg`,
  );
  equal(compared.code, 0, compared.out);
  match(compared.out, /, candidates[^]*, a window at every 8 px/);
  match(compared.out, /Its best F1 is 1\.000, that of the grid search \d\.\d{3}\./);
  await Deno.remove(folder, { recursive: true });
});
