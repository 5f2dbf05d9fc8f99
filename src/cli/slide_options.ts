import type { CountedArea, ScoreConvention } from "../result/slide/mitotic_score.ts";
import { scoreRule } from "../result/slide/mitotic_score.ts";
import type { CountOptions } from "../result/slide/slide_result.ts";
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

const DEFAULT_HOTSPOT_MM2 = 2;

const DEFAULT_HPF_COUNT = 10;

/**
 * Reads the area and the convention by which mitoses are counted.
 *
 * @throws {UsageError} naming the option and what it accepts.
 */
export function readCountOptions(typed: Typed): CountOptions {
  const diameter = number(typed, "hpf-diameter", 0.2, 1);
  const hpfCount = number(typed, "hpf", 1, 100);
  const areaMm2 = number(typed, "hotspot-mm2", 0.1, 20);
  if (hpfCount !== undefined && diameter === undefined) {
    throw new UsageError("--hpf needs --hpf-diameter, the diameter of a field in millimeters.");
  }
  if (hpfCount !== undefined && !Number.isInteger(hpfCount)) {
    throw new UsageError(`--hpf is '${hpfCount}'; it must be a whole number.`);
  }
  if (areaMm2 !== undefined && diameter !== undefined) {
    throw new UsageError("--hotspot-mm2 and --hpf-diameter both give the area; use one of them.");
  }
  const area = diameter === undefined
    ? { areaMm2: areaMm2 ?? DEFAULT_HOTSPOT_MM2 }
    : areaOfFields(diameter, hpfCount ?? DEFAULT_HPF_COUNT);
  const convention = readConvention(typed["score"] ?? (diameter === undefined ? "cap" : "hpf"));
  if (scoreRule(convention, area) === undefined) {
    throw new UsageError(
      convention === "tupac"
        ? "--score tupac counts in 2 mm²; leave out --hotspot-mm2 and --hpf-diameter."
        : "--score hpf needs --hpf-diameter, the diameter of a field in millimeters.",
    );
  }
  return { area, convention };
}

function areaOfFields(diameterMm: number, count: number): CountedArea {
  return { areaMm2: count * Math.PI * (diameterMm / 2) ** 2, fields: { diameterMm, count } };
}

function readConvention(typed: string): ScoreConvention {
  if (typed === "cap" || typed === "tupac" || typed === "hpf") return typed;
  throw new UsageError(`--score is '${typed}'; it must be cap, tupac or hpf.`);
}

function number(typed: Typed, name: string, min: number, max: number): number | undefined {
  const text = typed[name]?.trim();
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} is '${text}'; it must be a number from ${min} to ${max}.`);
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
