import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { runProgram } from "../program.ts";
import { drawnField } from "../search/field_picture.ts";
import { serveRanges } from "../slide/range_server.ts";
import { drawnSlide, GLASS, MITOSES, paste, plainPicture } from "../slide_search/memory_slide.ts";
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
  match(first.out, /mitotic score 1 by the area, 3 by its tissue \(CAP, per mm²\)/);
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
  match(again.out, /continues after \d+ tiles/);
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
    /mitotic score 1 by the area, 3 by its tissue \(10 fields of 0\.59 mm\)\. Up to 9 .* 20 or more .* published/,
  );
  const tupac = await run(...args, "--score", "tupac");
  match(
    tupac.out,
    /continues after 20 tiles[^]*mitotic score 1 by the area, 3 by its tissue \(TUPAC16, in 2 mm²\)/,
  );
  await Deno.remove(folder, { recursive: true });
});

/** A slide of 12 tiles with two mitoses. */
async function smallSlide(): Promise<Uint8Array<ArrayBuffer>> {
  const picture = plainPicture(2600, 600, GLASS);
  paste(picture, await drawnField(2400, 400, [{ x: 300, y: 200 }, { x: 2200, y: 100 }]), 100, 100);
  return svsOf(picture, `${aperio}|MPP = 0.25`);
}

/** Sets the length of a tile to 0, in the tag TileByteCounts of a little-endian TIFF with one page. */
function withoutTile(bytes: Uint8Array<ArrayBuffer>, tile: number): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const page = view.getUint32(4, true);
  for (let i = 0; i < view.getUint16(page, true); i++) {
    const entry = page + 2 + 12 * i;
    if (view.getUint16(entry, true) !== 325) continue;
    view.setUint32(view.getUint32(entry + 8, true) + 4 * tile, 0, true);
  }
  return copy;
}

Deno.test("slide finds on a server what it finds on a disk, and stops when the file changes there", async () => {
  const folder = await Deno.makeTempDir();
  const bytes = await smallSlide();
  await Deno.writeFile(`${folder}/slide.svs`, bytes);
  const local = await run("slide", `${folder}/slide.svs`, "--out", `${folder}/disk`);
  equal(local.code, 0, local.out);
  const expected = await read(`${folder}/disk`, "slide.svs");
  for (const behavior of [{ failures: 20 }, { ignoresRanges: true }]) {
    await using server = serveRanges({ bytes, etag: '"one"', ...behavior });
    const remote = await run("slide", server.url, "--out", `${folder}/server`);
    equal(remote.code, 0, remote.out);
    deepEqual(await read(`${folder}/server`, "slide.svs"), expected);
    await Deno.remove(`${folder}/server`, { recursive: true });
  }
  await using server = serveRanges({
    bytes,
    get etag(): string {
      return server.counts.requests > 5 ? '"two"' : '"one"';
    },
  });
  const changed = await run("slide", server.url, "--out", `${folder}/server`);
  equal(changed.code, 1);
  match(changed.out, /slide\.svs {2}failed: .*"one".*"two"/);
  await rejects(Deno.stat(`${folder}/server/slide.svs.json`), Deno.errors.NotFound);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("slide refuses a slide with a damaged tile by name, and goes on with the next", async () => {
  const folder = await Deno.makeTempDir();
  const bytes = await smallSlide();
  await Deno.writeFile(`${folder}/whole.svs`, bytes);
  await Deno.writeFile(`${folder}/cut.svs`, bytes.subarray(0, bytes.length >> 1));
  await Deno.writeFile(`${folder}/damaged.svs`, withoutTile(bytes, 16));
  const names = ["cut", "damaged", "whole"].map((name) => `${folder}/${name}.svs`);
  const { code, out } = await run("slide", ...names, "--out", folder);
  equal(code, 1);
  match(out, /cut\.svs {2}failed: The TIFF ends after \d+ bytes/);
  match(out, /damaged\.svs {2}failed: Tile 16 of level 0, at pixel 1280, 256, cannot be read\./);
  match(out, /whole\.svs {2}2,600 x 600 px[^]* 2 mitoses/);
  await rejects(Deno.stat(`${folder}/damaged.svs.json`), Deno.errors.NotFound);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("slide refuses a wrong command line with exit code 2", async () => {
  for (
    const [args, message] of [
      [[], /needs at least one slide/],
      [["a/x.svs", "b/x.svs"], /named 'x\.svs'/],
      [["a.svs", "--shard", "4/3"], /from 1 to N, or from 0 to N - 1, such as 3\/16/],
      [["a.svs", "--shard", "0/0"], /from 1 to N/],
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
