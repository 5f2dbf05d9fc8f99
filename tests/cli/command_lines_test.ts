import { deepEqual, equal, match } from "node:assert/strict";
import { code as markdownCode, format, table } from "../../docs/generate/markdown.ts";
import { version } from "../../src/version.ts";
import { researchUseOnly } from "../../src/research_use.ts";
import { root } from "../docs/pages.ts";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { sample } from "../service.ts";
import { commandLines } from "./command_lines.ts";
import { inNewFolder, type Ran, runLine } from "./run_line.ts";

const [START, END] = ["<!-- command lines: start -->", "<!-- command lines: end -->"];
const PAGE = `${root}docs/command-line.md`;

/** Longest text of a stream in the table, in characters. */
const MAX_SHOWN = 200;

Deno.test({
  name: "the command lines of the documentation print and exit as it says",
  ignore: Deno.build.os === "windows",
  async fn() {
    const rows: string[][] = [];
    await inNewFolder(async (folder) => {
      await writeFiles(folder);
      for (const { line, code, out = /^$/, err = /^$/ } of commandLines) {
        const ran = await runLine(line);
        const shown = `${line}\n${ran.out}${ran.err}`;
        equal(ran.code, code, shown);
        match(ran.out, out, shown);
        match(ran.err.replace(`${researchUseOnly}\n`, ""), err, shown);
        rows.push(row(line, ran));
      }
      const parts = await Array.fromAsync(Deno.readDir(folder));
      deepEqual(parts.filter(({ name }) => name.endsWith(".part")), []);
    });
    const lines = table(["command line", "exit code", "prints"], rows);
    const page = await Deno.readTextFile(PAGE);
    const [before = "", after = ""] = [page.split(START)[0], page.split(END)[1]];
    const wanted = await format(`${before}${START}\n\n${lines}\n\n${END}${after}`);
    if (Deno.env.get("WRITE_DOCS") === "1") await Deno.writeTextFile(PAGE, wanted);
    else equal(page, wanted, "the table is stale; run this test once with WRITE_DOCS=1");
  },
});

/** Writes the fields, patches and tables that the command lines name. */
async function writeFiles(folder: string): Promise<void> {
  for (const name of ["fields/case2", "fields/case10", "empty", "annotated"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  for (const name of ["patches/mitosis", "patches/normal"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  const field = pngFile(await drawnField(320, 256, [{ x: 100, y: 120 }]));
  const copies = ["fields/a", "fields/case2/b", "fields/case10/b", "annotated/a", "--help"];
  for (const name of copies) await Deno.writeFile(`${folder}/${name}.png`, field);
  await Deno.writeTextFile(`${folder}/fields/._a.png`, "macOS");
  await Deno.writeTextFile(`${folder}/fields/.hidden.png`, "hidden");
  await Deno.writeTextFile(`${folder}/fields/notes.txt`, "notes");
  await Deno.writeTextFile(`${folder}/text.png`, "hello");
  await Deno.symlink(`${folder}/fields`, `${folder}/fields/case2/circle`);
  await Deno.symlink(`${folder}/fields/a.png`, `${folder}/link.json`);
  const patches = {
    mitosis: ["metaphase", "anaphase"],
    normal: ["interphase", "stroma"],
  };
  for (const [label, names] of Object.entries(patches)) {
    for (const name of names) {
      await Deno.writeFile(`${folder}/patches/${label}/${name}.png`, await sample(name));
    }
  }
  const lines = [
    ["patches/mitosis/metaphase.png", "mitotic figure"],
    ["patches/normal/stroma.png", "hard negative"],
    ["lost.png", "1"],
    ["patches\\mitosis\\anaphase.png", "TRUE"],
    ["text.png", "0"],
    ["patches/normal/interphase.png", "0.0"],
  ];
  const table = lines.map(([file, label], i) => `${i};"${file}";${label}\r\n`).join("");
  await Deno.writeTextFile(`${folder}/labels.csv`, `\ufeff;"file";"label"\r\n${table}`);
  const feature = {
    type: "Feature",
    geometry: { type: "Point", coordinates: [100, 120] },
    properties: { classification: { name: "Mitosis" } },
  };
  const collection = { type: "FeatureCollection", features: [feature] };
  await Deno.writeTextFile(`${folder}/annotated/a.geojson`, JSON.stringify(collection));
  const settings = 'batch-size = 4\n[detect]\nout = "from-file/"\nformat = "geojson"\n';
  await Deno.writeTextFile(`${folder}/mitosis.toml`, settings);
  await Deno.writeTextFile(`${folder}/typo.toml`, "[detect]\ntreshold = 0.9\n");
}

/**
 * Makes a row of the table: times become N, the version 1.2.3, long texts are cut, and standard error comes
 * last.
 */
function row(line: string, { code, out, err }: Ran): string[] {
  const shown = [out, err.replace(`${researchUseOnly}\n`, "")].filter((text) => text !== "").map(
    (text) => {
      const short = text.trimEnd().replaceAll(/\d+\.\d+ s\b/g, "N s")
        .replaceAll(/"seconds":[\d.]+/g, '"seconds":N').replaceAll(/(0\.\d{4})\d+/g, "$1")
        .replaceAll(version, "1.2.3").replaceAll(/\s*\r?\n\s*/g, " ⏎ ").replaceAll(/ {2,}/g, " ");
      return markdownCode(short.length > MAX_SHOWN ? `${short.slice(0, MAX_SHOWN)}…` : short);
    },
  );
  return [markdownCode(line), String(code), shown.join(" ") || "nothing"];
}
