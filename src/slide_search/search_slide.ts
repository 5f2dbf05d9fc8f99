import type { RunOptions } from "../inference/engine.ts";
import type { Bundle } from "../model/bundle.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { Detection, DetectOptions } from "../result/result.ts";
import type { SlideFindings } from "../result/slide/slide_result.ts";
import { CONCURRENT_TILES } from "../search/field.ts";
import { MAX_FOUND, searchTile, tooManyFound } from "../search/search.ts";
import { type ScoredPoint, suppress, Suppressor } from "../search/suppress.ts";
import { version } from "../version.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { Journal, JournalKey, TileRecord } from "./journal.ts";
import type { SearchableSlide } from "./open_slide.ts";
import type { SearchRegion } from "./region.ts";
import { planSearch, type SearchPlan } from "./search_plan.ts";

/** One of several parts of a search: every `count`-th block of tiles. */
export interface Shard {
  /** 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** The progress of the search of a slide. */
export interface SlideProgress {
  readonly tilesDone: number;
  readonly tiles: number;
  /** Mitoses found so far, after suppression. */
  readonly count: number;
}

/** Parameters of a run of a search that do not change its result. */
export interface SlideRun extends RunOptions {
  readonly onProgress?: (progress: SlideProgress) => void;
}

/** A slide, the part of it that is searched, and the options of the search. */
export interface SlideSearch {
  readonly slide: SearchableSlide;
  readonly bundle: Pick<Bundle, "manifest">;
  readonly options: DetectOptions;
  readonly region: SearchRegion | undefined;
  readonly plan: SearchPlan;
}

/**
 * Finds the tissue of a slide and plans its search.
 *
 * @throws {Problem} `slide_empty` if there is nothing to search.
 */
export async function prepareSearch(
  search: Omit<SlideSearch, "plan">,
): Promise<SlideSearch> {
  const { tissue } = await search.slide.tissue();
  return { ...search, plan: planSearch(search.slide.facts, tissue, search.region) };
}

/** Returns the key of a search's journal. */
export async function journalKey(
  { slide: { facts }, bundle: { manifest }, options, region, plan }: SlideSearch,
): Promise<JournalKey> {
  const { threshold, tta } = options;
  return {
    program: version,
    slide: facts.identity,
    model: `${manifest.name} ${manifest.version}, ${manifest.network.sha256}`,
    options: JSON.stringify({ threshold, tta, mpp: facts.resolution.mpp }),
    region: region === undefined ? "none" : await sha256(JSON.stringify(region)),
    tiles: plan.tiles.length,
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Lists the tiles of a shard: those of every `count`-th block. */
export function tilesOfShard(
  { blocks }: Pick<SearchPlan, "blocks">,
  shard: Shard | undefined,
): number[] {
  return blocks.filter((_, i) => shard === undefined || i % shard.count === shard.index - 1).flat();
}

/**
 * Searches the tiles of a slide that its journal does not have yet. Adds each finished tile to the journal.
 *
 * @throws {Problem} when a tile cannot be read or the network cannot be run; `too_many_detections` when more is
 * found than can be counted; the reason of the signal when it fires. The tiles that were finished before stay in the journal.
 */
export async function searchSlide(
  { slide, options, plan }: SlideSearch,
  classifier: Classifier,
  journal: Journal,
  shard: Shard | undefined,
  run: SlideRun = {},
): Promise<void> {
  const tiles = tilesOfShard(plan, shard);
  const distance = options.suppression / classifier.bundle.manifest.mpp;
  const mitoses = new Suppressor<ScoredPoint>(distance);
  const finished = tiles.flatMap((tile) => journal.records.get(tile) ?? []);
  mitoses.add(finished.flatMap(pointsOf));
  let tilesDone = finished.length;
  const report = () => run.onProgress?.({ tilesDone, tiles: tiles.length, count: mitoses.count });
  report();
  const remaining = tiles.filter((tile) => !journal.records.has(tile));
  await pooledMap(CONCURRENT_TILES, remaining, async (tile) => {
    let windows = 0;
    const scored = await searchTile({ classifier, field: slide, tile }, options, {
      ...run,
      includes: plan.includes,
      onScored: (count) => windows += count,
    });
    const found = scored.filter(({ probability }) => probability >= options.threshold);
    await journal.append({
      tile,
      windows,
      mitoses: found.map(({ x, y, probability }) => [x, y, probability] as const),
    });
    mitoses.add(found);
    if (mitoses.count > MAX_FOUND) throw tooManyFound();
    tilesDone++;
    report();
  });
}

function pointsOf({ mitoses }: TileRecord): ScoredPoint[] {
  return mitoses.map(([x, y, probability]) => ({ x, y, probability }));
}

/** Lists the tiles of a search that have no record. */
export function missingTiles(
  { plan }: SlideSearch,
  records: ReadonlyMap<number, TileRecord>,
): number[] {
  return plan.tiles.filter((tile) => !records.has(tile));
}

/**
 * Joins the records of tiles to the findings of a slide. The order of the records and the shards do not
 * matter.
 */
export function findingsOf(
  { slide: { facts }, bundle: { manifest }, options, region, plan }: SlideSearch,
  records: ReadonlyMap<number, TileRecord>,
): SlideFindings {
  const ordered = plan.tiles.flatMap((tile) => records.get(tile) ?? []);
  const kept = suppress(ordered.flatMap(pointsOf), options.suppression / manifest.mpp);
  return {
    image: {
      width: facts.width,
      height: facts.height,
      ...facts.resolution,
      format: facts.format,
    },
    model: {
      name: manifest.name,
      version: manifest.version,
      sha256: manifest.network.sha256,
      quality: manifest.quality,
    },
    threshold: options.threshold,
    windows: ordered.reduce((sum, { windows }) => sum + windows, 0),
    detections: kept.map(({ x, y, probability }): Detection => ({
      x: roundToTenths(x / facts.scale),
      y: roundToTenths(y / facts.scale),
      probability,
      mitosis: true,
    })),
    tissue: plan.tissue,
    hasRegion: region !== undefined,
    ...(facts.dicom && { dicom: facts.dicom }),
  };
}

function roundToTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
