import { equal, match, ok } from "node:assert/strict";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { runProgram } from "../program.ts";

const run = (...args: string[]) => runProgram("files", ...args);

Deno.test("detect continues after a bad file, and skips files whose results exist", async () => {
  const folder = await Deno.makeTempDir();
  const field = pngFile(await drawnField(320, 256, [{ x: 100, y: 120 }]));
  await Deno.writeFile(`${folder}/a.png`, field);
  await Deno.writeTextFile(`${folder}/b.png`, "hello");
  await Deno.writeFile(`${folder}/c.png`, field);
  const files = ["a", "b", "c"].map((name) => `${folder}/${name}.png`);
  const args = [
    "detect",
    ...files,
    "--threshold",
    "0.7",
    "--format",
    "geojson",
    "--out",
    `${folder}/out/`,
  ];
  const first = await run(...args);
  equal(first.code, 1);
  const [a = "", b = "", c = ""] = first.out.trim().split("\n");
  match(
    a,
    /320 x 256 px, 0\.25 µm\/px \(assumed\), 0\.0051 mm² {3}1 mitosis {3}195\.3 \/ mm² {3}\d+\.\d s {3}wrote \S+\/out\/a\.png\.geojson$/,
  );
  match(b, /failed: The image is of an unknown format/);
  match(c, /1 mitosis/);
  match(first.err, /research use only/);
  const written = JSON.parse(await Deno.readTextFile(`${folder}/out/a.png.geojson`));
  equal(written.features.length, 1);
  await Deno.remove(`${folder}/out/c.png.geojson`);
  // The same images, found by a glob, with the permissions of the task.
  const second = await run("detect", `${folder}/[abc].png`, ...args.slice(1 + files.length));
  match(second.out, /a\.png +already there: .*\/out\/a\.png\.geojson/);
  match(second.out, /c\.png +320 x 256 px/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("detect and evaluate fields refuse a wrong command line with exit code 2", async () => {
  for (
    const args of [
      ["detect"],
      ["detect", "a.png", "--threshold", "2"],
      ["detect", "a.png", "--format", "xml"],
      ["detect", "a.png", "b.png", "--out", "one.json"],
      ["evaluate", "fields"],
    ]
  ) {
    const { code, err } = await run(...args);
    equal(code, 2, args.join(" "));
    ok(err.includes("--help"));
  }
});
