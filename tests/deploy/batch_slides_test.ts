import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Point } from "../../src/image/region.ts";
import { snakemake, snakemakeTest } from "../optional.ts";
import { runProgram } from "../program.ts";
import { drawnField } from "../search/field_picture.ts";
import { svsOf } from "../slide/svs.ts";
import { GLASS, paste, plainPicture } from "../slide_search/memory_slide.ts";

const root = new URL("../../", import.meta.url).pathname;

const ENDINGS = [".json", ".geojson", ".csv", ".midog.json", ".png"];

/** A slide of two blocks of tiles with tissue in both, so that each of two shards has something to search. */
async function slideWith(mitoses: readonly Point[]): Promise<Uint8Array<ArrayBuffer>> {
  const picture = plainPicture(2600, 600, GLASS);
  paste(picture, await drawnField(2400, 400, mitoses), 100, 100);
  return svsOf(picture, "Aperio Image Library v12.0.0|AppMag = 40|MPP = 0.25");
}

snakemakeTest(
  "Snakemake: slides in shards, killed and gone on with, give what the command slide gives",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const one = await slideWith([{ x: 300, y: 200 }]);
      const three = await slideWith([{ x: 300, y: 200 }, { x: 1200, y: 300 }, { x: 2200, y: 100 }]);
      await Deno.mkdir(`${folder}/slides`);
      for (const i of [1, 2, 3]) {
        await Deno.writeFile(`${folder}/slides/one ${i}.svs`, one);
        await Deno.writeFile(`${folder}/slides/three ${i}.svs`, three);
      }
      await Deno.writeFile(`${folder}/slides/cut.svs`, three.subarray(0, 1_000_000));

      const first = start(folder, 2);
      while (!(await entries(`${folder}/results`)).some((name) => name.endsWith(".json"))) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      Deno.kill(-first.pid, "SIGKILL");
      await first.status;
      const before = await entries(`${folder}/results`);
      ok(before.filter(isResult).length < 6, "it was killed too late to say anything");

      equal((await start(folder, 2, "--unlock").output()).code, 0);
      // The slide that was cut off makes the exit code 1, and stops no other.
      equal((await start(folder, 2).output()).code, 1);
      const logs = `${folder}/results/logs/cut.svs`;
      match(await Deno.readTextFile(`${logs}/1-of-2.log`), /cut\.svs {2}failed: The TIFF ends/);

      await Deno.remove(`${folder}/slides/cut.svs`);
      equal((await start(folder, 2).output()).code, 0);
      // Without shards there is one job per slide.
      const plan = await start(folder, 1, "--dry-run").output();
      match(new TextDecoder().decode(plan.stdout), /^search +6 /m);

      const direct = await runProgram(
        "slide",
        ...["slide", `${folder}/slides/one 1.svs`, `${folder}/slides/three 1.svs`, "--out", folder],
      );
      equal(direct.code, 0, direct.err);
      for (const [name, mitoses] of [["one", 1], ["three", 3]] as const) {
        for (const ending of ENDINGS) {
          const expected = await Deno.readFile(`${folder}/${name} 1.svs${ending}`);
          for (const i of [1, 2, 3]) {
            const path = `${folder}/results/${name} ${i}.svs${ending}`;
            deepEqual(await Deno.readFile(path), expected, path);
          }
        }
        const { detections } = JSON.parse(await Deno.readTextFile(`${folder}/${name} 1.svs.json`));
        equal(detections.length, mitoses);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

function isResult(name: string): boolean {
  return /\.svs\.json$/.test(name);
}

function start(folder: string, shards: number, ...more: string[]): Deno.ChildProcess {
  return new Deno.Command(snakemake, {
    args: [
      "-s",
      `${root}deploy/batch/slides.smk`,
      "--profile",
      `${root}deploy/batch/profile`,
      "--cores",
      "2",
      "--directory",
      `${folder}/results`,
      ...more,
      "--config",
      `slides=${folder}/slides`,
      `shards=${shards}`,
      `program='${Deno.execPath()}' run -q -P=slide '${root}main.ts'`,
    ],
    stdout: "piped",
    stderr: "piped",
    // A group of its own, so that its jobs are killed with it, as in a power cut.
    detached: true,
  }).spawn();
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return [];
    throw thrown;
  }
}
