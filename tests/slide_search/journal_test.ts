import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { openJournal, parseJournal } from "../../src/slide_search/journal.ts";

const key = {
  program: "1",
  slide: "a",
  model: "m",
  options: "{}",
  region: "none",
  tiles: 9,
};
const first = { tile: 4, windows: 10, mitoses: [[100, 200, 0.9750000238418579]] as const };
const second = { tile: 2, windows: 0, mitoses: [] };

async function written(): Promise<string> {
  const path = `${await Deno.makeTempDir()}/a.journal`;
  using journal = await openJournal(path, key);
  await journal.append(first);
  await journal.append(second);
  return path;
}

Deno.test("a journal gives back what was written, in lines of JSON", async () => {
  const path = await written();
  const lines = (await Deno.readTextFile(path)).split("\n");
  equal(lines.length, 4);
  deepEqual(JSON.parse(lines[1] ?? ""), first);
  using journal = await openJournal(path, key);
  deepEqual([...journal.records.values()], [first, second]);
  equal(journal.dropped, undefined);
});

Deno.test("a journal torn at any byte keeps its whole lines, and goes on behind them", async () => {
  const whole = await Deno.readFile(await written());
  const ends = [...whole.keys()].filter((i) => whole[i] === 10);
  for (let length = 0; length <= whole.length; length++) {
    const path = `${await Deno.makeTempDir()}/a.journal`;
    await Deno.writeFile(path, whole.subarray(0, length));
    const records = Math.max(0, ends.filter((end) => end < length).length - 1);
    {
      using journal = await openJournal(path, key);
      equal(journal.records.size, records, `${length} bytes`);
      await journal.append({ ...second, tile: 7 });
    }
    const { key: found, records: read } = parseJournal(await Deno.readFile(path));
    deepEqual(found, key);
    equal(read.length, records + 1, `${length} bytes`);
    equal(read.at(-1)?.tile, 7);
  }
});

Deno.test("what follows a damaged line is dropped", () => {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  const text = line({ journal: 1, ...key }) + line(first) + "{\n" + line(second);
  equal(parseJournal(new TextEncoder().encode(text)).records.length, 1);
  const wrong = line({ journal: 1, ...key }) + line({ ...first, mitoses: [[1, 2, 3]] });
  equal(parseJournal(new TextEncoder().encode(wrong)).records.length, 0);
  equal(parseJournal(new TextEncoder().encode(line({ journal: 2, ...key }))).key, undefined);
});

Deno.test("a journal of another search begins anew and says what differs", async () => {
  for (
    const [change, word] of [
      [{ slide: "b" }, "slide"],
      [{ model: "n" }, "model"],
      [{ options: "{1}" }, "options"],
      [{ program: "2" }, "version of the program"],
    ] as const
  ) {
    const path = await written();
    using journal = await openJournal(path, { ...key, ...change });
    match(journal.dropped ?? "", new RegExp(`another ${word}`));
    equal(journal.records.size, 0);
    deepEqual(parseJournal(await Deno.readFile(path)).key, { ...key, ...change });
  }
});

Deno.test("a journal that another search writes to is refused", async () => {
  const path = await written();
  using _held = await openJournal(path, key);
  await rejects(openJournal(path, key), /in use by another search/);
});
