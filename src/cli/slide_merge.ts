import { Problem } from "../errors.ts";
import { openBundle } from "../model/bundle.ts";
import { embeddedFiles } from "../model/embedded.ts";
import { folderFiles } from "../model/folder.ts";
import { researchUseOnly } from "../research_use.ts";
import { summarizeSlide } from "../result/slide/slide_result.ts";
import { resolveOptions } from "../search/options.ts";
import { differences, parseJournal, type TileRecord } from "../slide_search/journal.ts";
import { openSlideInWorker } from "../slide_search/open_in_worker.ts";
import {
  findingsOf,
  journalKey,
  missingTiles,
  prepareSearch,
  type SlideSearch,
  tilesOfShard,
} from "../slide_search/search_slide.ts";
import { writeSlideResult } from "../slide_search/write_result.ts";
import { type Command, UsageError } from "./command.ts";
import { readFile } from "./read_file.ts";
import { readSearchOptions } from "./search_options.ts";
import { searchOptionsOf } from "./slide.ts";
import { existingJournals, type SlideFiles, slideFiles } from "./slide_files.ts";
import { describeSlide, grouped, printResult } from "./slide_lines.ts";
import { readCountOptions, readRegionFile, slideOptions } from "./slide_options.ts";

/** The command `slide merge`: joins the journals of shards into one result. */
export const slideMerge: Command = {
  name: "slide merge",
  operands: "SLIDE",
  summary: "Join the shards of a slide into one result.",
  details:
    "Reads the journals of the slide in the folder --out and writes the same results as one search without " +
    "shards. Needs the options that the shards had, and reads the slide for its tissue and its overview.",
  options: slideOptions,
  settings: ["modelDir", "slideUrls"],
  async run({ operands, options: { out, region, ...typed }, config, output }) {
    const [location] = operands;
    const [files] = slideFiles(operands, out);
    if (location === undefined || files === undefined || operands.length > 1) {
      throw new UsageError("slide merge needs one slide.");
    }
    const count = readCountOptions(typed);
    const query = readSearchOptions(searchOptionsOf(typed));
    const searchRegion = await readRegionFile(region);
    const bundle = await openBundle(
      config.modelDir ? await folderFiles(config.modelDir) : embeddedFiles,
    );
    const { manifest } = bundle;
    const { input: { width, height }, mpp } = manifest;
    const options = resolveOptions(query, manifest);
    const slide = await openSlideInWorker({
      location,
      allowedUrls: [...config.slideUrls, location],
      mpp: options.mpp,
      model: { mpp, width, height },
    });
    try {
      const search = await prepareSearch({ slide, bundle, options, region: searchRegion });
      output.detail(`${files.name}  ${describeSlide(slide.facts, search.plan)}`);
      const records = await readRecords(search, files);
      const result = summarizeSlide(findingsOf(search, records), count);
      printResult(output, location, result, await writeSlideResult(files.base, result, slide));
    } finally {
      slide.close();
    }
    output.note(researchUseOnly);
    return 0;
  },
};

/**
 * Reads the tiles of all journals of a slide.
 *
 * @throws {Problem} `journal_incomplete` if a journal belongs to another search, or tiles are missing.
 */
async function readRecords(
  search: SlideSearch,
  files: SlideFiles,
): Promise<ReadonlyMap<number, TileRecord>> {
  const key = await journalKey(search);
  const records = new Map<number, TileRecord>();
  const counts = new Set<number>();
  for (const path of await existingJournals(files)) {
    const { key: found, records: read } = parseJournal(await readFile(path));
    const changes = found === undefined ? ["first line"] : differences(found, key);
    if (changes.length > 0) {
      throw new Problem(
        "journal_incomplete",
        `The journal '${path}' is of another ${
          changes.join(", ")
        }; give slide merge the options that ` +
          "its search had, or delete the journal.",
      );
    }
    const shardCount = /-of-(\d+)\.journal$/.exec(path)?.[1];
    if (shardCount !== undefined) counts.add(Number(shardCount));
    for (const record of read) records.set(record.tile, record);
  }
  const missing = missingTiles(search, records);
  if (missing.length === 0) return records;
  const shards = [...counts].flatMap((count) => unfinished(search, missing, count));
  const hint = shards.length === 0 ? "" : `; not finished: shard ${shards.join(", ")}`;
  throw new Problem(
    "journal_incomplete",
    `${grouped(missing.length)} of ${grouped(search.plan.tiles.length)} tiles are in none of the ` +
      `journals in '${files.folder}'${hint}.`,
  );
}

/** Lists the shards that have a missing tile. */
function unfinished({ plan }: SlideSearch, missing: readonly number[], count: number): string[] {
  const wanted = new Set(missing);
  return Array.from({ length: count }, (_, i) => ({ index: i + 1, count }))
    .filter((shard) => tilesOfShard(plan, shard).some((tile) => wanted.has(tile)))
    .map(({ index }) => `${index}/${count}`);
}
