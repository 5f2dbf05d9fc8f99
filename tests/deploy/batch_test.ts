import { deepEqual, equal, match, ok } from "node:assert/strict";
import { decodePng } from "../../src/image/png/decode.ts";
import { pngFile } from "../search/field_picture.ts";
import { snakemake, snakemakeTest } from "../optional.ts";
import { sample } from "../service.ts";

const FIELDS = 20;
const SIDE = 128;
const root = new URL("../../", import.meta.url).pathname;

snakemakeTest(
  "Snakemake: a killed run goes on where it was, a broken field stops no other",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const names = await writeFields(`${folder}/fields`);
      const broken = names[7] ?? "";
      const whole = await Deno.readFile(`${folder}/fields/${broken}`);
      await Deno.writeFile(`${folder}/fields/${broken}`, whole.subarray(0, 200));

      const first = start(folder);
      while ((await finished(folder)).size < 3) await sleep(50);
      Deno.kill(-first.pid, "SIGKILL");
      await first.status;
      const before = await finished(folder);
      ok(before.size < FIELDS, "it was killed too late to say anything");

      equal((await start(folder, "--unlock").output()).code, 0);
      equal((await start(folder).output()).code, 1);
      const after = await finished(folder);
      deepEqual([...after.keys()].sort(), names.filter((name) => name !== broken));
      // What was complete is not touched; Snakemake itself repeats what it had not marked as complete.
      const again = [...before].filter(([name, time]) => after.get(name) !== time);
      ok(again.length <= 2, `made again: ${again}`);
      match(
        await Deno.readTextFile(`${folder}/results/logs/${broken}.log`),
        /failed: The PNG ends/,
      );

      await Deno.writeFile(`${folder}/fields/${broken}`, whole);
      equal((await start(folder).output()).code, 0);
      const last = await finished(folder);
      equal(last.size, FIELDS);
      deepEqual([...last].filter(([name, time]) => after.get(name) !== time).length, 1);
      for (const name of names) {
        const result = await Deno.readTextFile(`${folder}/results/${name}.geojson`);
        equal(JSON.parse(result).type, "FeatureCollection");
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

function start(folder: string, ...more: string[]): Deno.ChildProcess {
  return new Deno.Command(snakemake, {
    args: [
      "-s",
      `${root}deploy/batch/Snakefile`,
      "--profile",
      `${root}deploy/batch/profile`,
      "--cores",
      "2",
      "--directory",
      `${folder}/results`,
      ...more,
      "--config",
      `fields=${folder}/fields`,
      `program='${Deno.execPath()}' run -q -P=files '${root}main.ts'`,
    ],
    stdout: "piped",
    stderr: "piped",
    // A group of its own, so that its jobs are killed with it, as in a power cut.
    detached: true,
  }).spawn();
}

/** When each result was written, by the name of its field. */
async function finished(folder: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  try {
    for await (const { name } of Deno.readDir(`${folder}/results`)) {
      if (!name.endsWith(".geojson")) continue;
      const { mtime } = await Deno.stat(`${folder}/results/${name}`);
      times.set(name.slice(0, -".geojson".length), Number(mtime));
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  return times;
}

/** Cuts small fields out of the sample field; gives their names in order. */
async function writeFields(folder: string): Promise<string[]> {
  await Deno.mkdir(folder);
  const { width, data } = decodePng(await sample("field"));
  const names = Array.from({ length: FIELDS }, (_, i) => `field_${String(i).padStart(2, "0")}.png`);
  for (const [i, name] of names.entries()) {
    const left = (i % 5) * 200;
    const top = Math.floor(i / 5) * 200;
    const cut = new Uint8Array(SIDE * SIDE * 3);
    for (let y = 0; y < SIDE; y++) {
      const start = ((top + y) * width + left) * 3;
      cut.set(data.subarray(start, start + SIDE * 3), y * SIDE * 3);
    }
    const png = pngFile({ width: SIDE, height: SIDE, data: cut });
    await Deno.writeFile(`${folder}/${name}`, png);
  }
  return names;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
