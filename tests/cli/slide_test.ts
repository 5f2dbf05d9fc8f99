import { deepEqual, equal, match, ok } from "node:assert/strict";
import { runProgram } from "../program.ts";
import { drawnSlide, MITOSES } from "../slide_search/memory_slide.ts";
import { svsOf } from "../slide/svs.ts";

const run = (...args: string[]) => runProgram("slide", ...args);

const RESULTS = [".json", ".geojson", ".csv", ".midog.json", ".png"];

const aperio = "Aperio Image Library v12.0.0 \r\n2600x2000 (256x256)|AppMag = 40";

async function read(folder: string, name: string): Promise<Uint8Array[]> {
  return await Promise.all(RESULTS.map((ending) => Deno.readFile(`${folder}/${name}${ending}`)));
}

Deno.test("slide searches, goes on, does not stop at a bad slide; shards merge to the same bytes", async () => {
  const folder = await Deno.makeTempDir();
  const picture = await drawnSlide();
  await Deno.writeFile(`${folder}/a.svs`, svsOf(picture, `${aperio}|MPP = 0.25`));
  await Deno.writeFile(`${folder}/b.svs`, svsOf(picture, aperio));
  await Deno.writeTextFile(`${folder}/c.svs`, "hello");
  const options = ["--threshold", "0.7", "--out"];

  const first = await run(
    "slide",
    ...["c", "b", "a"].map((name) => `${folder}/${name}.svs`),
    ...options,
    `${folder}/one/`,
  );
  equal(first.code, 1);
  match(first.out, /c\.svs {2}failed: The slide is of an unknown format/);
  match(first.out, /b\.svs {2}failed: The slide states no scale.*--mpp 0\.25/);
  match(
    first.out,
    /a\.svs {2}2,600 x 2,000 px, 0\.25 µm\/px \(file\), Aperio SVS.*tissue 0\.11\d mm²/,
  );
  match(first.out, /5 mitoses, 4\d\.\d \/ mm² of 0\.11\d mm² tissue/);
  match(first.out, /hottest 2 mm²: 5 mitoses \(2\.5 \/ mm², 95 % interval of the count 2 to 12\)/);
  match(first.out, /mitotic score 1 \(CAP, per mm²\)/);
  match(first.out, /No tumor outline was used/);
  match(first.out, /wrote \S+a\.svs\.json \.png/);
  match(first.err, /research use only/);
  const whole = await read(`${folder}/one`, "a.svs");
  const json = JSON.parse(new TextDecoder().decode(whole[0]));
  equal(json.detections.length, MITOSES.length);
  equal(json.image.mppOrigin, "file");
  ok(!JSON.stringify(json).includes(folder));

  // Half of the journal is lost, and a line of it torn.
  const journal = await Deno.readFile(`${folder}/one/a.svs.journal`);
  await Deno.writeFile(`${folder}/one/a.svs.journal`, journal.subarray(0, journal.length >> 1));
  await Deno.remove(`${folder}/one/a.svs.json`);
  const again = await run("slide", `${folder}/a.svs`, ...options, `${folder}/one`);
  equal(again.code, 0);
  match(again.out, /goes on after \d+ tiles/);
  deepEqual(await read(`${folder}/one`, "a.svs"), whole);

  // Tiles are dealt out in blocks of 4 x 4, and the slide has 5 x 4.
  for (const [shard, tiles] of [["2/2", 4], ["1/2", 16]] as const) {
    if (shard === "1/2") {
      const early = await run("slide", "merge", `${folder}/a.svs`, ...options, `${folder}/two`);
      equal(early.code, 1);
      match(early.err, /16 of 20 tiles are in none of the journals .*not finished: shard 1\/2/);
    }
    const part = await run(
      "slide",
      `${folder}/a.svs`,
      ...options,
      `${folder}/two`,
      "--shard",
      shard,
    );
    match(
      part.out,
      new RegExp(`shard ${shard}: ${tiles} of 20 tiles, wrote .*shard-\\d-of-2\\.journal`),
    );
  }
  const merged = await run("slide", "merge", `${folder}/a.svs`, ...options, `${folder}/two`);
  equal(merged.code, 0, merged.err);
  deepEqual(await read(`${folder}/two`, "a.svs"), whole);
  const other = await run("slide", "merge", `${folder}/a.svs`, "--out", `${folder}/two`);
  match(other.err, /is of another options; give slide merge the options that its search had/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("slide counts by the convention and the fields that were asked for", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/a.svs`, svsOf(await drawnSlide(), aperio));
  const args = ["slide", `${folder}/a.svs`, "--mpp", "0.25", "--threshold", "0.7", "--out", folder];
  const fields = await run(...args, "--hpf-diameter", "0.59");
  match(fields.out, /hottest 2\.73 mm²: 5 mitoses/);
  match(
    fields.out,
    /mitotic score 1 \(10 fields of 0\.59 mm\)\. Up to 9 .* 20 or more .* published/,
  );
  const tupac = await run(...args, "--score", "tupac");
  match(tupac.out, /goes on after 20 tiles[^]*mitotic score 1 \(TUPAC16, in 2 mm²\)/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("slide refuses a wrong command line with exit code 2", async () => {
  for (
    const [args, message] of [
      [[], /needs at least one slide/],
      [["a/x.svs", "b/x.svs"], /named 'x\.svs'/],
      [["a.svs", "--shard", "0/3"], /from 1 to N, such as 3\/16/],
      [["a.svs", "--score", "nottingham"], /must be cap, tupac or hpf/],
      [["a.svs", "--score", "hpf"], /needs --hpf-diameter/],
      [["a.svs", "--score", "tupac", "--hotspot-mm2", "1"], /counts in 2 mm²/],
      [["a.svs", "--hpf-diameter", "0.5", "--hotspot-mm2", "1"], /use one of them/],
      [["a.svs", "--mpp", "4"], /--mpp/],
      [["a.svs", "b.svs", "--region", "r.geojson"], /belongs to one slide/],
      [["merge"], /needs one slide/],
    ] as const
  ) {
    const { code, err } = await run("slide", ...args);
    equal(code, 2, args.join(" "));
    match(err, message);
  }
});
