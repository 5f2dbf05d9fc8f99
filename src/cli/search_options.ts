import type { Config } from "../config.ts";
import { LOAD_SETTINGS } from "../patch/load.ts";
import {
  acceptedValues,
  type DetectQuery,
  optionMeanings,
  parseDetectQuery,
} from "../search/options.ts";
import { type Option, UsageError } from "./command.ts";

/** The settings of the commands that search fields. */
export const searchSettings = [
  ...LOAD_SETTINGS,
  "maxMegapixels",
] as const satisfies (keyof Config)[];

/**
 * The options of the commands that search fields: the query parameters of the API that change
 * the search.
 */
export const searchOptions: Record<keyof DetectQuery, Option> = {
  threshold: { placeholder: "P", meaning: `${optionMeanings.threshold}.` },
  mpp: { placeholder: "UM", meaning: `${optionMeanings.mpp}.` },
  tta: { placeholder: "N", values: ["1", "8"], meaning: `${optionMeanings.tta}.` },
  suppression: { placeholder: "UM", meaning: `${optionMeanings.suppression}.` },
  keep: { meaning: `${optionMeanings.keep}.` },
  exact: { meaning: `${optionMeanings.exact}.` },
  stride: { placeholder: "PX", meaning: `${optionMeanings.stride}.` },
};

const optionNames = Object.keys(searchOptions) as (keyof DetectQuery)[];

/**
 * Reads the values of {@linkcode searchOptions}.
 *
 * @throws {UsageError} naming the option and what it accepts.
 */
export function readSearchOptions(typed: Record<string, string | undefined>): DetectQuery {
  const read = parseDetectQuery(typed);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const refused = optionNames.find((name) => name === issue?.path[0]);
  if (refused === undefined) throw new UsageError(issue?.message ?? "An option is not accepted.");
  throw new UsageError(
    `--${refused} is '${typed[refused]}'; it must be ${acceptedValues[refused]}.`,
  );
}
