import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { PNG } from "npm:pngjs@7.0.0";
import manifest from "../../model/manifest.json" with { type: "json" };
import { readProvenance } from "../../src/result/output/writers.ts";
import { formatNames, formats } from "../../src/result/output/formats.ts";
import { version } from "../../src/version.ts";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { inNewFolder, runLine } from "./run_line.ts";

const field = pngFile(await drawnField(320, 256, [{ x: 100, y: 120 }]));
const other = pngFile(await drawnField(256, 256, []));

Deno.test("a result of each format names its image, model, options, scale, version and time", async () => {
  await inNewFolder(async () => {
    await Deno.writeFile("a.png", field);
    const before = Date.now();
    for (const format of formatNames) {
      const line = `mitosis detect a.png --mpp 0.3 --out ${format}/ --format ${format}`;
      equal((await runLine(line)).code, 0);
      const path = `${format}/a.png${formats[format].extension}`;
      const bytes = await Deno.readFile(path);
      const hasPlace = format !== "csv" && format !== "midog";
      const found = hasPlace
        ? readProvenance(format, bytes)
        : JSON.parse(await Deno.readTextFile(`${path}.provenance.json`));
      const { created, result, options, ...known } = found as Record<string, unknown>;
      deepEqual(known, {
        program: "Mitosis Detector",
        version,
        input: {
          name: "a.png",
          sha256: createHash("sha256").update(field).digest("hex"),
          bytes: field.length,
        },
        model: {
          name: manifest.name,
          version: manifest.version,
          sha256: manifest.network.sha256,
        },
        scale: { mpp: 0.3, origin: "request" },
      }, format);
      match(JSON.stringify(options), new RegExp(`"threshold":${manifest.threshold},"mpp":0.3`));
      ok(Date.parse(String(created)) >= before - 1000, format);
      equal(result === undefined, hasPlace, format);
      if (formats[format].mediaType === "image/png") {
        // pngjs checks the CRC of every chunk.
        equal(PNG.sync.read(Buffer.from(bytes)).width, 320);
      }
      match((await runLine(line)).out, /already there: /, format);
    }
  });
});

Deno.test("an existing result counts only for the same image, model, options and content", async () => {
  await inNewFolder(async () => {
    await Deno.mkdir("x");
    await Deno.mkdir("y");
    await Deno.writeFile("x/a.png", field);
    await Deno.writeFile("y/a.png", other);
    const line = "mitosis detect x/a.png --out r/ --format csv";
    await runLine(line);
    match((await runLine(line.replace("x/", "y/"))).out, /0 mitoses.*replaced: the image/);
    equal((await Deno.readTextFile("r/a.png.csv")).trim().split("\n").length, 1);
    match((await runLine(line)).out, /replaced: the image/);
    match(
      (await runLine(`${line} --suppression 5 --tta 8`)).out,
      /the option tta, the option supp/,
    );
    for (const [content, why] of [["", "it is empty"], ["x,y\n", "its provenance is missing"]]) {
      await Deno.writeTextFile("r/a.png.csv", content ?? "");
      match((await runLine(line)).out, new RegExp(`replaced: ${why}`));
    }
    await Deno.copyFile("r/a.png.csv", "kept.csv");
    match((await runLine(`${line} --again`)).out, /wrote r\/a\.png\.csv\n$/);
    deepEqual(await Deno.readFile("r/a.png.csv"), await Deno.readFile("kept.csv"));
  });
});

Deno.test({
  name: "no result replaces an image, through no link and on no disk that ignores case",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inNewFolder(async () => {
      await Deno.mkdir("in");
      await Deno.writeFile("in/a.png", field);
      await Deno.writeFile("in/a.png.overlay.png", other);
      await Deno.link("in/a.png", "hard.json");
      await Deno.symlink("in", "folder");
      const lines = [
        "mitosis detect in/a.png --out hard.json",
        "mitosis detect in/a.png --format overlay --out folder/a.png",
        "mitosis detect in/a.png --format overlay --out IN/A.png",
        "mitosis detect in/a.png in/a.png.overlay.png --format overlay --out in/",
      ];
      for (const line of lines) {
        const { code, err } = await runLine(line);
        equal(code, 2, line);
        match(err, /is one of the images that are read/);
      }
      deepEqual(await Deno.readFile("in/a.png"), new Uint8Array(field));
      // In a folder, an overlay is passed over and made again.
      match(
        (await runLine("mitosis detect in --format overlay --out in/")).out,
        /^in\/a\.png .*\n$/,
      );
    });
  },
});

Deno.test("images of one name keep their folders, and names that differ in case are refused", async () => {
  await inNewFolder(async () => {
    for (const folder of ["p/1/x", "p/2/x", "q"]) await Deno.mkdir(folder, { recursive: true });
    for (const path of ["p/1/x/a.png", "p/2/x/a.png", "q/b.png"]) await Deno.writeFile(path, field);
    const line = "mitosis detect p/1/x/a.png p/2/x/a.png q/b.png q/b.png --json --out r/";
    const { out } = await runLine(line);
    const outputs = out.trim().split("\n").map((one) => JSON.parse(one).outputs);
    deepEqual(outputs, [["r/1/x/a.png.json"], ["r/2/x/a.png.json"], ["r/b.png.json"]]);
    if (Deno.build.os !== "linux") return;
    await Deno.writeFile("q/B.png", field);
    const refused = await runLine("mitosis detect q --out r/");
    equal(refused.code, 2);
    match(refused.err, /'q\/B\.png'.*would be one file, at least on disks that ignore case/);
  });
});

Deno.test("predict and evaluate name their input and the model in JSON and in the curves", async () => {
  await inNewFolder(async () => {
    const samples = new URL("../../model/samples/", import.meta.url);
    for (const [label, name] of [["mitosis", "metaphase"], ["normal", "stroma"]]) {
      await Deno.mkdir(`set/${label}`, { recursive: true });
      await Deno.copyFile(new URL(`${name}.png`, samples), `set/${label}/${name}.png`);
    }
    const [line = ""] = (await runLine("mitosis predict set/mitosis --json")).out.split("\n");
    const patch = await Deno.readFile("set/mitosis/metaphase.png");
    equal(
      JSON.parse(line).provenance.input.sha256,
      createHash("sha256").update(patch).digest("hex"),
    );
    const measured = await runLine("mitosis evaluate set --json --quiet --out e/curves.svg");
    const { auc, patches, provenance, outputs } = JSON.parse(measured.out);
    deepEqual([auc, patches, measured.err], [1, 2, ""]);
    equal(provenance.model.sha256, manifest.network.sha256);
    deepEqual(outputs, ["e/curves.svg", "e/curves-failures.svg"]);
    for (const path of outputs) {
      const svg = await Deno.readTextFile(path);
      deepEqual(JSON.parse(/<metadata>(.*)<\/metadata>/.exec(svg)?.[1] ?? ""), provenance);
    }
  });
});

Deno.test("predict prints a table on a terminal, and JSON with --json", async () => {
  await inNewFolder(async () => {
    await Deno.writeTextFile("text.png", "hello");
    const table = await runLine("mitosis predict text.png", { isTerminal: true });
    match(table.out, /^text\.png {2}failed: The image is of an unknown format/);
    const json = await runLine("mitosis predict text.png --json", { isTerminal: true });
    equal(JSON.parse(json.out).error.code, "image_not_png");
  });
});
