import { z } from "zod";
import { Problem } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import { countQuery, resolveCountOptions } from "../result/slide/count_options.ts";
import type { CountOptions } from "../result/slide/slide_result.ts";
import type { DetectOptions } from "../result/result.ts";
import { detectQuery, resolveOptions } from "../search/options.ts";
import { regionOf, type SearchRegion } from "../slide_search/region.ts";

/** The options by which a slide is searched and counted, with the defaults filled in. */
export interface SearchRequest {
  readonly options: DetectOptions;
  readonly region: SearchRegion | undefined;
  readonly count: CountOptions;
}

/** The search options that a slide shares with a field. */
const searchQuery = detectQuery.pick({ threshold: true, mpp: true, tta: true, suppression: true });

/** The types in JSON. The bounds are those of {@linkcode searchQuery} and {@linkcode countQuery}. */
const jsonTypes = z.strictObject({
  threshold: z.number().optional(),
  mpp: z.number().optional(),
  tta: z.number().optional(),
  suppression: z.number().optional(),
  hotspotMm2: z.number().optional(),
  hpfDiameter: z.number().optional(),
  hpf: z.number().optional(),
  score: z.string().optional(),
  region: z.unknown().optional(),
});

/**
 * Maximum number of corners of a region: a point is compared with each of them, on a thread that others need.
 */
const MAX_CORNERS = 10_000;

/**
 * Reads the options of a search as JSON. They have the names and the bounds of the command line's.
 *
 * @throws {Problem} `request_invalid` and `region_invalid`, naming the option and what it accepts.
 */
export function readSearchRequest(
  document: unknown,
  manifest: Pick<Manifest, "threshold">,
): SearchRequest {
  const { region, hotspotMm2, hpfDiameter, hpf, score, tta, ...query } = check(jsonTypes, document);
  const count = check(countQuery, { hotspotMm2, hpfDiameter, hpf, score });
  const searched = check(searchQuery, {
    ...query,
    ...(tta === undefined ? {} : { tta: String(tta) }),
  });
  return {
    options: resolveOptions(searched, manifest),
    region: region === undefined ? undefined : readSmallRegion(region),
    count: resolveCountOptions(count),
  };
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = issue?.path.join(".");
  throw new Problem(
    "request_invalid",
    issue?.code === "unrecognized_keys"
      ? `The search has options that do not exist: ${
        issue.keys.join(", ").slice(0, 200)
      }. There are ${Object.keys(jsonTypes.shape).join(", ")}.`
      : name === undefined || name === ""
      ? 'The options of a search are a JSON object, such as {"mpp": 0.25}.'
      : `The option '${name}' is not valid: ${issue?.message}.`,
  );
}

function readSmallRegion(document: unknown): SearchRegion {
  const region = regionOf(document);
  const corners = region.polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
  if (corners <= MAX_CORNERS) return region;
  throw new Problem(
    "region_invalid",
    `The region has ${corners} corners; at most ${MAX_CORNERS} are accepted. Simplify it in QuPath: ` +
      "Objects, Annotations, Simplify shape.",
  );
}

/**
 * Returns a key that is equal for searches whose tiles have the same findings. It does not depend on the
 * options of counting and suppression.
 */
export function searchKey({ options, region }: SearchRequest): string {
  const { threshold, mpp, tta } = options;
  return JSON.stringify({ threshold, mpp, tta, region });
}

/** Returns the first 24 hexadecimal digits of the SHA-256 of some texts. */
export async function shortHash(...texts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 24);
}
