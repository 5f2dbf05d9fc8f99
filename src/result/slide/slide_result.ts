import { countMask, type Mask } from "../../image/mask.ts";
import type { Point } from "../../image/region.ts";
import type { Detection, FieldImage } from "../result.ts";
import { scaleWarnings, type Warning } from "../scale.ts";
import { countInterval, type Interval } from "./count_interval.ts";
import { densestCircles } from "./densest_circle.ts";
import {
  type CountedArea,
  type MitoticScore,
  mitoticScore,
  type ScoreConvention,
  type ScoreRule,
  scoreRule,
} from "./mitotic_score.ts";

/** Mitoses in an area. */
export interface AreaCount {
  readonly count: number;
  readonly areaMm2: number;
  readonly perMm2: number;
  /** 95 % interval of the count ({@linkcode countInterval}). */
  readonly countInterval: Interval;
}

/** A circle with many mitoses. Its center and radius are in pixels of the slide. */
export interface Hotspot extends Point, AreaCount {
  readonly radius: number;
  /** The part of the circle that is tissue, 0 to 1. */
  readonly tissueShare: number;
  /** Mitoses per square millimeter of tissue in the circle; `perMm2` counts the whole circle. */
  readonly perMm2OfTissue: number;
}

/** The slide that was searched. */
export interface SlideImage extends FieldImage {
  /** Format and compression. */
  readonly format: string;
}

/** The model that searched, and how good it was on labeled data. */
export interface SlideModel {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the network. */
  readonly sha256: string;
  readonly quality: readonly {
    readonly data: string;
    readonly sensitivity?: number | undefined;
    readonly falsePositiveRate?: number | undefined;
    readonly averagePrecision?: number | undefined;
    readonly auc?: number | undefined;
    readonly f1?: number | undefined;
  }[];
}

/** UIDs by which results in DICOM refer to a slide. */
export interface SlideReference {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string | undefined;
}

/** The findings of the search of a slide. */
export interface SlideFindings {
  readonly image: SlideImage;
  readonly model: SlideModel;
  readonly threshold: number;
  /** How many windows were scored. */
  readonly windows: number;
  /** The most probable first, in pixels of the slide. */
  readonly detections: readonly Detection[];
  /** The tissue; if a region was given, only the tissue in it. */
  readonly tissue: Mask;
  /** Whether a person gave the region that was searched; otherwise all tissue was searched. */
  readonly hasRegion: boolean;
  /** Present for a slide in DICOM. */
  readonly dicom?: SlideReference;
}

/** How the mitoses of a slide are counted. */
export interface CountOptions {
  /** The area of the hotspot. */
  readonly area: CountedArea;
  readonly convention: ScoreConvention;
}

/** Something about a result that a person should check. */
export type SlideWarning = Warning | {
  readonly code: "hotspot_not_tissue";
  readonly message: string;
};

/** The result of a slide. */
export interface SlideResult extends SlideFindings {
  readonly summary: AreaCount;
  /**
   * The circle with the most mitoses, and up to two runners-up. They do not overlap, and at least half of a
   * runner-up is tissue. Empty if there is no mitosis.
   */
  readonly hotspots: readonly Hotspot[];
  readonly score: MitoticScore;
  readonly warnings: readonly SlideWarning[];
  /** One or two sentences on what the count covers. */
  readonly coverage: string;
}

/** The hottest circle and two runners-up. */
const HOTSPOTS = 3;

/** Maximum number of circles among which the runners-up are chosen. */
const MAX_CIRCLES = 8;

/** At least this part of a runner-up is tissue. */
const MIN_RUNNER_UP_TISSUE = 0.5;

/** If a smaller part of a hotspot is tissue, its density says little. */
const MIN_TISSUE_SHARE = 0.8;

/**
 * Counts the mitoses of a slide, finds its hottest circle, and scores it.
 *
 * @throws {RangeError} if the convention does not cover the area; check with {@linkcode scoreRule}.
 */
export function summarizeSlide(
  findings: SlideFindings,
  { area, convention }: CountOptions,
): SlideResult {
  const { image, detections, tissue, hasRegion } = findings;
  const rule = scoreRule(convention, area);
  if (rule === undefined) throw new RangeError(`${convention} does not cover the area`);
  const mitoses = detections.filter(({ mitosis }) => mitosis);
  const tissueMm2 = maskMm2(tissue, image.mpp);
  const radius = Math.sqrt(area.areaMm2 / Math.PI) * 1000 / image.mpp;
  const hotspots = densestCircles(mitoses, radius, MAX_CIRCLES)
    .map(({ x, y, count }): Hotspot => {
      const share = tissueShare(tissue, { x, y }, radius);
      return {
        x: round(x, 7),
        y: round(y, 7),
        radius: round(radius, 7),
        ...areaCount(count, area.areaMm2),
        tissueShare: round(share, 3),
        perMm2OfTissue: share === 0 ? 0 : round(count / (area.areaMm2 * share), 4),
      };
    })
    .filter(({ tissueShare }, rank) => rank === 0 || tissueShare >= MIN_RUNNER_UP_TISSUE)
    .slice(0, HOTSPOTS);
  const [hottest] = hotspots;
  const score = scoreOf(rule, hottest, area.areaMm2);
  return {
    ...findings,
    summary: areaCount(mitoses.length, tissueMm2),
    hotspots,
    score,
    warnings: [...scaleWarnings(image), ...hotspotWarnings(hottest, score)],
    coverage: hasRegion
      ? "Only the given region was searched."
      : "No tumor outline was used: all tissue of the slide was searched, also what is not tumor.",
  };
}

/** Returns the area of a mask in square millimeters. */
export function maskMm2(mask: Mask, mpp: number): number {
  return countMask(mask) * (mask.cell * mpp / 1000) ** 2;
}

function areaCount(count: number, areaMm2: number): AreaCount {
  const [low, high] = countInterval(count);
  return {
    count,
    areaMm2: round(areaMm2, 4),
    perMm2: areaMm2 === 0 ? 0 : round(count / areaMm2, 4),
    countInterval: [round(low, 4), round(high, 4)],
  };
}

/** Scores the hottest circle, by its tissue too where much of it is none. */
function scoreOf(rule: ScoreRule, hottest: Hotspot | undefined, areaMm2: number): MitoticScore {
  const { count = 0, tissueShare = 1 } = hottest ?? {};
  const whole = mitoticScore(rule, count, areaMm2);
  const rounded = { ...whole, value: round(whole.value, 4) };
  if (tissueShare >= MIN_TISSUE_SHARE || tissueShare === 0) return rounded;
  const { score, value } = mitoticScore(rule, count / tissueShare, areaMm2);
  return { ...rounded, byTissue: { score, value: round(value, 4) } };
}

function hotspotWarnings(hottest: Hotspot | undefined, score: MitoticScore): SlideWarning[] {
  if (hottest === undefined || hottest.tissueShare >= MIN_TISSUE_SHARE) return [];
  const percent = Math.round(hottest.tissueShare * 100);
  const { byTissue } = score;
  const isDoubtful = byTissue !== undefined && byTissue.score !== score.score;
  return [{
    code: "hotspot_not_tissue",
    message:
      `Only ${percent} % of the hottest circle is tissue, but its density and its score count ` +
      `the whole circle and are too low: per mm² of tissue it has ${hottest.perMm2OfTissue} mitoses.` +
      (isDoubtful
        ? ` The score is ${score.score} by the whole circle and ${byTissue.score} by its tissue; ` +
          "decide which one counts."
        : ""),
  }];
}

/** Returns the part of a circle that is tissue. The area beyond the slide is not tissue. */
function tissueShare({ width, height, data, cell }: Mask, center: Point, radius: number): number {
  const [x, y, r] = [center.x / cell, center.y / cell, radius / cell];
  let [inside, tissue] = [0, 0];
  for (let row = Math.floor(y - r); row <= y + r; row++) {
    for (let column = Math.floor(x - r); column <= x + r; column++) {
      if (Math.hypot(column + 0.5 - x, row + 0.5 - y) > r) continue;
      inside++;
      const isOnSlide = column >= 0 && row >= 0 && column < width && row < height;
      if (isOnSlide) tissue += data[row * width + column] ?? 0;
    }
  }
  return inside === 0 ? 0 : tissue / inside;
}

/** Rounds to a number of significant digits. */
function round(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
