import { Problem } from "../errors.ts";
import { type CountQuery, countQuery, resolveCountOptions } from "../result/slide/count_options.ts";
import type { CountOptions } from "../result/slide/slide_result.ts";
import { withoutBlanks } from "../search/options.ts";
import { readRegion, type SearchRegion } from "../slide_search/region.ts";
import type { Shard } from "../slide_search/search_slide.ts";
import { type Option, UsageError } from "./command.ts";
import { readFile } from "./read_file.ts";
import { searchOptions } from "./search_options.ts";

const { threshold, mpp, tta, suppression } = searchOptions;

/** The options of `slide` and `slide merge`. */
export const slideOptions = {
  out: { placeholder: "FOLDER", meaning: "Folder for results and journals [default results]." },
  mpp: {
    ...mpp,
    meaning: "Micrometers per pixel of the slide, 0.05 to 2; default: what the file states.",
  },
  threshold,
  tta,
  suppression,
  region: {
    placeholder: "FILE",
    meaning: "GeoJSON with the areas to search, as QuPath exports them; default: all tissue.",
  },
  "hotspot-mm2": { placeholder: "MM2", meaning: "Area of the hotspot, 0.1 to 20; default 2." },
  "hpf-diameter": {
    placeholder: "MM",
    meaning:
      "Diameter of a high-power field, 0.2 to 1; the hotspot then has the area of --hpf fields.",
  },
  hpf: { placeholder: "N", meaning: "Number of high-power fields, 1 to 100; default 10." },
  score: {
    placeholder: "NAME",
    meaning:
      "Convention of the mitotic score: cap (3 or fewer per mm² are score 1, 8 or more score 3), " +
      "tupac (fewer than 6 in 2 mm² are score 1, more than 10 score 3) or hpf (bounds by the area " +
      "of the fields); default hpf with --hpf-diameter, else cap.",
  },
} as const satisfies Record<string, Option>;

type Typed = Readonly<Record<string, string | undefined>>;

/** The options of the command line, by the names of {@linkcode CountQuery}. */
const COUNT_OPTIONS = {
  hotspotMm2: "hotspot-mm2",
  hpfDiameter: "hpf-diameter",
  hpf: "hpf",
  score: "score",
} as const satisfies Record<keyof CountQuery, string>;

/**
 * Reads the area and the convention by which mitoses are counted.
 *
 * @throws {UsageError} naming the option and what it accepts.
 */
export function readCountOptions(typed: Typed): CountOptions {
  const values = Object.entries(COUNT_OPTIONS).map(([name, option]) => [name, typed[option]]);
  const read = countQuery.safeParse(withoutBlanks(Object.fromEntries(values)));
  if (!read.success) {
    const [issue] = read.error.issues;
    const option = COUNT_OPTIONS[String(issue?.path[0]) as keyof CountQuery];
    throw new UsageError(`--${option} is '${typed[option]}'; ${issue?.message}.`);
  }
  try {
    return resolveCountOptions(read.data, (name) => `--${COUNT_OPTIONS[name]}`);
  } catch (thrown) {
    throw thrown instanceof Problem ? new UsageError(thrown.message) : thrown;
  }
}

/**
 * Reads a shard such as `3/16`. `0/16` is the same as `16/16`, so that numbers that begin with 0 select all
 * shards too, as the JOB_COMPLETION_INDEX of Kubernetes does.
 *
 * @returns `undefined` if it is left out or blank.
 * @throws {UsageError} for anything else.
 */
export function readShard(typed: string | undefined): Shard | undefined {
  if (typed === undefined || typed.trim() === "") return undefined;
  const [, index = NaN, count = NaN] = /^(\d{1,5})\/(\d{1,5})$/.exec(typed.trim())?.map(Number) ??
    [];
  if (count >= 1 && index <= count) return { index: index || count, count };
  throw new UsageError(
    `--shard is '${typed}'; it must be I/N with I from 1 to N, or from 0 to N - 1, such as 3/16.`,
  );
}

/**
 * Reads the file of `--region`.
 *
 * @throws {Problem} `file_unreadable`, `region_invalid`.
 */
export async function readRegionFile(path: string | undefined): Promise<SearchRegion | undefined> {
  if (path === undefined) return undefined;
  return readRegion(new TextDecoder().decode(await readFile(path)));
}
