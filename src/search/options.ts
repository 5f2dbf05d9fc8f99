import { z } from "zod";
import type { Manifest } from "../model/manifest.ts";
import { type DetectOptions, SAME_CELL_UM } from "../result/result.ts";

const flag = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });

/**
 * The options of a search as a user types them, in a query or on the command line. An option that is
 * left out is undefined: the model or the defaults below decide. Use {@linkcode parseDetectQuery}, since
 * an empty number would be read as 0 here.
 */
export const detectQuery = z.strictObject({
  threshold: z.coerce.number().min(0).max(1).optional(),
  mpp: z.coerce.number().min(0.05).max(2).optional(),
  tta: z.enum(["1", "8"]).transform((n): 1 | 8 => n === "8" ? 8 : 1).optional(),
  suppression: z.coerce.number().min(0).max(1000).optional(),
  keep: flag.optional(),
  exact: flag.optional(),
  stride: z.coerce.number().int().min(1).max(64).optional(),
});

/** What {@linkcode detectQuery} reads. */
export type DetectQuery = z.infer<typeof detectQuery>;

/**
 * Parses the options of a search. One that is empty or blank counts as left out: an unset variable of a
 * shell script (`--threshold=$T`) must not become the threshold 0.
 */
export function parseDetectQuery(
  typed: Readonly<Record<string, string | undefined>>,
): z.ZodSafeParseResult<DetectQuery> {
  return detectQuery.safeParse(withoutBlanks(typed));
}

/** Leaves out the entries that are empty or blank. */
export function withoutBlanks(
  typed: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const filled = Object.entries(typed).flatMap(([name, value]) =>
    value === undefined || value.trim() === "" ? [] : [[name, value] as const]
  );
  return Object.fromEntries(filled);
}

/** What each option means, for the help and for the API's description. */
export const optionMeanings: Record<keyof DetectQuery, string> = {
  threshold: "Lowest probability of a mitosis, 0 to 1; default: the model's threshold",
  mpp: "Micrometers per pixel of the image, 0.05 to 2; default: what the file states, else the " +
    "model's resolution",
  tta: "Orientations in which each window that may show a mitosis is scored, 1 or 8; default 1. " +
    "The embedded model gives all eight the same probability",
  suppression:
    "Distance in micrometers within which only the most probable detection is kept, 0 to " +
    `1000; default ${SAME_CELL_UM}`,
  keep: "List points below the threshold too, marked as such",
  exact: "Score windows on a fixed grid instead of at candidates, which is slow",
  stride: "Pixels between the windows of the grid, 1 to 64; default 8",
};

/** Default of the pixels between the windows of the grid. */
export const DEFAULT_STRIDE = 8;

/** Fills in what the user left out. The threshold is then the model's own. */
export function resolveOptions(
  query: { readonly [Name in keyof DetectQuery]?: DetectQuery[Name] | undefined },
  { threshold }: Pick<Manifest, "threshold">,
): DetectOptions {
  return {
    threshold: query.threshold ?? threshold,
    mpp: query.mpp,
    tta: query.tta ?? 1,
    suppression: query.suppression ?? SAME_CELL_UM,
    keep: query.keep ?? false,
    exact: query.exact ?? false,
    stride: query.stride ?? DEFAULT_STRIDE,
  };
}
