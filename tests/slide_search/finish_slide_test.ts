import { equal, rejects } from "node:assert/strict";
import { openBundle } from "../../src/model/bundle.ts";
import { embeddedFiles } from "../../src/model/embedded.ts";
import { resolveOptions } from "../../src/search/options.ts";
import { finishSlide } from "../../src/slide_search/finish_slide.ts";
import { openJournal } from "../../src/slide_search/journal.ts";
import { searchable } from "../../src/slide_search/open_slide.ts";
import { journalKey, prepareSearch } from "../../src/slide_search/search_slide.ts";
import { drawnSlide, memorySlide, MITOSES } from "./memory_slide.ts";

Deno.test("a journal that lacks a tile is not counted, and a whole one is", async () => {
  const folder = await Deno.makeTempDir();
  const { manifest } = await openBundle(embeddedFiles);
  const { input: { width, height }, mpp } = manifest;
  const model = { mpp, width, height };
  const slide = searchable(memorySlide(await drawnSlide(), { mpp: 0.25 }), {
    mpp: undefined,
    model,
  });
  const options = resolveOptions({}, manifest);
  const bundle = { manifest };
  const search = await prepareSearch({ slide, bundle, options, region: undefined });
  const path = `${folder}/journal`;
  using journal = await openJournal(path, await journalKey(search));
  const { tiles } = search.plan;
  const finish = () =>
    finishSlide(slide, {
      bundle,
      options,
      region: undefined,
      journal: path,
      base: `${folder}/result`,
      count: { area: { areaMm2: 2 }, convention: "cap" },
    });
  try {
    for (const tile of tiles.slice(1)) await journal.append({ tile, windows: 0, mitoses: [] });
    await rejects(finish(), { code: "journal_incomplete", message: /lacks 1 tiles/ });
    const mitoses = MITOSES.map(({ x, y }) => [x, y, 0.99] as const);
    await journal.append({ tile: tiles[0] ?? 0, windows: 5, mitoses });
    equal((await finish()).summary.count, MITOSES.length);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
