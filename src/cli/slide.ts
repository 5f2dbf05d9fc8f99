import { messageOf, Problem } from "../errors.ts";
import { LOAD_SETTINGS, loadClassifier } from "../patch/load.ts";
import type { Classifier } from "../patch/classifier.ts";
import { researchUseOnly } from "../research_use.ts";
import type { DetectOptions } from "../result/result.ts";
import { type CountOptions, summarizeSlide } from "../result/slide/slide_result.ts";
import { resolveOptions } from "../search/options.ts";
import { stopSignals } from "../service/shutdown.ts";
import { openJournal } from "../slide_search/journal.ts";
import { openSlideInWorker } from "../slide_search/open_in_worker.ts";
import {
  openSlideHere,
  type SearchableSlide,
  type SlideRequest,
} from "../slide_search/open_slide.ts";
import type { SearchRegion } from "../slide_search/region.ts";
import {
  findingsOf,
  journalKey,
  prepareSearch,
  searchSlide,
  type Shard,
  tilesOfShard,
} from "../slide_search/search_slide.ts";
import { writeSlideResult } from "../slide_search/write_result.ts";
import { type Command, UsageError } from "./command.ts";
import { jsonError, type Output } from "./output.ts";
import { readSearchOptions } from "./search_options.ts";
import { journalPath, type SlideFiles, slideFiles } from "./slide_files.ts";
import { describeSlide, grouped, printResult } from "./slide_lines.ts";
import { readCountOptions, readRegionFile, readShard, slideOptions } from "./slide_options.ts";

/** The command `slide`: searches whole slides. */
export const slide: Command = {
  name: "slide",
  operands: "SLIDE...",
  summary: "Find the mitoses of whole slides, the hottest area and the mitotic score.",
  details:
    "SLIDE is a file, an address, or a folder of DICOM files. Writes JSON, GeoJSON for QuPath, CSV, MIDOG " +
    "and an overview for each slide. A journal keeps every finished tile, so that the same command " +
    "continues a search that was stopped. A slide that cannot be searched does not stop the others, but " +
    "the exit code is 1.",
  options: {
    ...slideOptions,
    shard: {
      placeholder: "I/N",
      meaning: "Search only part I of N, and write only its journal; then use slide merge.",
    },
  },
  settings: [...LOAD_SETTINGS, "slideUrls"],
  async run({ operands, options: { out, region, shard: typedShard, ...typed }, config, output }) {
    if (operands.length === 0) throw new UsageError("slide needs at least one slide.");
    if (region !== undefined && operands.length > 1) {
      throw new UsageError("--region belongs to one slide; search each slide with its own.");
    }
    const count = readCountOptions(typed);
    const query = readSearchOptions(searchOptionsOf(typed));
    const shard = readShard(typedShard);
    const files = slideFiles(operands, out);
    const searchRegion = await readRegionFile(region);
    const { signal, wasStopped } = stopOnSignal();
    const classifier = await loadClassifier(config);
    const options = resolveOptions(query, classifier.bundle.manifest);
    const open = config.inferenceWorkers === 0 ? openSlideHere : openSlideInWorker;
    const { slideUrls } = config;
    const job = {
      classifier,
      options,
      count,
      region: searchRegion,
      shard,
      signal,
      open,
      slideUrls,
      output,
    };
    let failed = 0;
    try {
      for (const [i, location] of operands.entries()) {
        const paths = files[i];
        if (paths === undefined) break;
        try {
          await searchOne(job, location, paths);
        } catch (thrown) {
          if (wasStopped()) {
            output.note(`${paths.name}  stopped; give the same command again to continue`);
            return 130;
          }
          if (!(thrown instanceof Problem)) throw thrown;
          failed++;
          const record = { file: location, status: "failed", error: jsonError(thrown) };
          output.failure(`${paths.name}  failed: ${messageOf(thrown)}`, record);
        }
      }
    } finally {
      await classifier.engine.close();
    }
    output.note(researchUseOnly);
    return failed > 0 ? 1 : 0;
  },
};

/** Returns only those options of a slide that the search of a field has too. */
export function searchOptionsOf(
  { threshold, mpp, tta, suppression }: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return { threshold, mpp, tta, suppression };
}

/** Everything that the search of a slide needs. */
interface Job {
  readonly classifier: Classifier;
  readonly options: DetectOptions;
  readonly count: CountOptions;
  readonly region: SearchRegion | undefined;
  readonly shard: Shard | undefined;
  readonly signal: AbortSignal;
  readonly slideUrls: readonly string[];
  readonly output: Output;
  readonly open: (request: SlideRequest, signal?: AbortSignal) => Promise<SearchableSlide>;
}

/** Searches one slide, or one shard of it. Writes and prints the result. */
async function searchOne(job: Job, location: string, files: SlideFiles): Promise<void> {
  const { classifier, options, region, shard, signal, output } = job;
  const { bundle } = classifier;
  const { input: { width, height }, mpp: modelMpp } = bundle.manifest;
  const slide = await job.open(
    {
      location,
      allowedUrls: [...job.slideUrls, location],
      mpp: options.mpp,
      model: { mpp: modelMpp, width, height },
    },
    signal,
  );
  try {
    const search = await prepareSearch({ slide, bundle, options, region });
    output.detail(`${files.name}  ${describeSlide(slide.facts, search.plan)}`);
    const path = journalPath(files, shard);
    using journal = await openJournal(path, await journalKey(search));
    if (journal.dropped !== undefined) {
      output.detail(`  starts again, because the journal '${path}' is of ${journal.dropped}`);
    } else if (journal.records.size > 0) {
      output.detail(`  continues after ${grouped(journal.records.size)} tiles in '${path}'`);
    }
    const tiles = tilesOfShard(search.plan, shard);
    const progress = output.progress(tiles.length, "tiles", journal.records.size);
    try {
      await searchSlide(search, classifier, journal, shard, {
        signal,
        onProgress: ({ tilesDone, count }) =>
          progress.update(tilesDone, `${grouped(count)} ${count === 1 ? "mitosis" : "mitoses"}`),
      });
    } finally {
      progress.end();
    }
    if (shard !== undefined) {
      output.status(
        `  shard ${shard.index}/${shard.count}: ${grouped(tiles.length)} of ` +
          `${grouped(search.plan.tiles.length)} tiles, wrote ${path}`,
        { file: location, status: "written", outputs: [path], shard, tiles: tiles.length },
      );
      return;
    }
    const result = summarizeSlide(findingsOf(search, journal.records), job.count);
    const outputs = await writeSlideResult(files.base, result, slide);
    printResult(output, location, result, outputs);
  } finally {
    slide.close();
  }
}

/** Aborts a signal with the first Ctrl-C or SIGTERM; the second one ends the program. */
function stopOnSignal(): { signal: AbortSignal; wasStopped: () => boolean } {
  const controller = new AbortController();
  const signals = stopSignals();
  signals.first.then(() => controller.abort(new Problem("stopping", "The search was stopped.")));
  signals.second.then(() => Deno.exit(130));
  return { signal: controller.signal, wasStopped: () => controller.signal.aborted };
}
