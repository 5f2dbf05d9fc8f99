import { Problem } from "../errors.ts";
import {
  type CountOptions,
  type SlideResult,
  summarizeSlide,
} from "../result/slide/slide_result.ts";
import { parseJournal } from "./journal.ts";
import type { SearchableSlide } from "./open_slide.ts";
import { findingsOf, missingTiles, prepareSearch, type SlideSearch } from "./search_slide.ts";
import { writeSlideResult } from "./write_result.ts";

/** Everything that is needed to count the mitoses of a slide whose tiles are all in its journal. */
export interface FinishRequest extends Pick<SlideSearch, "bundle" | "options" | "region"> {
  /** The path of the journal. */
  readonly journal: string;
  /** The path of the results, without their endings. */
  readonly base: string;
  readonly count: CountOptions;
}

/** The result of a slide without its detections. */
export type FinishedSlide = Pick<
  SlideResult,
  "summary" | "hotspots" | "score" | "warnings" | "coverage"
>;

/**
 * Counts the mitoses of a slide and writes its result. Call it in a Worker, because many mitoses take seconds.
 *
 * @throws {Problem} `journal_incomplete` if a tile is missing; `file_unwritable`.
 */
export async function finishSlide(
  slide: SearchableSlide,
  { bundle, options, region, journal, base, count }: FinishRequest,
): Promise<FinishedSlide> {
  const { records } = parseJournal(await Deno.readFile(journal));
  const search = await prepareSearch({ slide, bundle, options, region });
  const byTile = new Map(records.map((record) => [record.tile, record]));
  const missing = missingTiles(search, byTile).length;
  if (missing > 0) {
    throw new Problem("journal_incomplete", `The journal lacks ${missing} tiles; search it again.`);
  }
  const result = summarizeSlide(findingsOf(search, byTile), count);
  await writeSlideResult(base, result, slide);
  const { summary, hotspots, score, warnings, coverage } = result;
  return { summary, hotspots, score, warnings, coverage };
}
