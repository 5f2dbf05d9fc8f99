import { z } from "zod";
import type { Manifest } from "../model/manifest.ts";
import { type DetectOptions, SAME_CELL_UM } from "../result/result.ts";

const flag = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });

/**
 * The schema of the search options as a user types them, in a query or on the command line. An
 * option that is left out stays undefined until {@linkcode resolveOptions}.
 * Parse with {@linkcode parseDetectQuery}, because this schema alone reads an empty number as 0.
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

/** The search options that a user typed; undefined if left out. */
export type DetectQuery = z.infer<typeof detectQuery>;

/**
 * Parses the options of a search. An empty or blank option counts as left out, so that an unset
 * variable in a shell script (`--threshold=$T`) does not become the threshold 0.
 */
export function parseDetectQuery(
  typed: Readonly<Record<string, string | undefined>>,
): z.ZodSafeParseResult<DetectQuery> {
  return detectQuery.safeParse(withoutBlanks(typed));
}

/** Returns the entries whose value is neither undefined nor empty nor blank. */
export function withoutBlanks(
  typed: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const filled = Object.entries(typed).flatMap(([name, value]) =>
    value === undefined || value.trim() === "" ? [] : [[name, value] as const]
  );
  return Object.fromEntries(filled);
}

/** Default distance between the windows of the grid, in pixels at the model's resolution. */
export const DEFAULT_STRIDE = 8;

/** What each option means, for the help and for the API's description. */
export const optionMeanings: Record<keyof DetectQuery, string> = {
  threshold: "Lowest probability of a mitosis, 0 to 1; default: the model's threshold",
  mpp: "Micrometers per pixel of the image, 0.05 to 2; default: what the file states, else the " +
    "model's resolution",
  tta: "Number of orientations in which each window that may show a mitosis is scored, 1 or 8; " +
    "default 1; not used with exact. 8 makes no difference with the embedded model, only with models " +
    "that depend on orientation",
  suppression:
    "Distance in micrometers within which only the most probable detection is kept, 0 to " +
    `1000; default ${SAME_CELL_UM}`,
  keep: "List points below the threshold too, marked as such",
  exact: "Score windows on a fixed grid instead of at candidates; this can take much longer",
  stride:
    "Distance between the windows of the grid, in pixels at the model's resolution, 1 to 64; " +
    `default ${DEFAULT_STRIDE}; used with exact only`,
};

/** What each option accepts, to complete "it must be …". */
export const acceptedValues: Record<keyof DetectQuery, string> = {
  threshold: "a number from 0 to 1",
  mpp: "a number from 0.05 to 2",
  tta: "1 or 8",
  suppression: "a number from 0 to 1000",
  keep: "true or false",
  exact: "true or false",
  stride: "a whole number from 1 to 64",
};

/**
 * Fills in the defaults of the options that the user left out. The default threshold is the model's.
 * Only `mpp` stays undefined, because the file may state it.
 */
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
