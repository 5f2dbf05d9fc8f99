import { countInterval, type Interval } from "../../result/slide/count_interval.ts";
import {
  type CountedArea,
  type MitoticScore,
  mitoticScore,
  type ScoreConvention,
  scoreRule,
} from "../../result/slide/mitotic_score.ts";
import { isMitosis } from "../candidate.ts";
import { isScaleSure } from "../field_search.ts";
import { areaInsideMm2, isInArea } from "../review/counting_area.ts";
import type { Field } from "../state.ts";

/** The conventions for the score that are tried, in the order in which they are shown. */
const CONVENTIONS: readonly ScoreConvention[] = ["cap", "tupac", "hpf"];

/** Relative difference up to which an area is taken to be that of its fields. */
const AREA_TOLERANCE = 0.001;

/** A count of mitoses in an area. */
export interface AreaCount {
  readonly count: number;
  readonly areaMm2: number;
  /** Exact 95 % interval of the count. */
  readonly interval: Interval;
  /** Fields of a microscope, if the area is that of fields that do not overlap and are not cut off. */
  readonly fields: { readonly diameterMm: number; readonly count: number } | undefined;
}

/**
 * Counts the mitoses in the counting area of a field, or in all of it.
 *
 * @returns The count, or undefined unless the search of the field is done.
 */
export function countInArea(field: Field, threshold: number): AreaCount | undefined {
  const { search, review, candidates, width, height } = field;
  if (search.status !== "done") return undefined;
  const { mpp } = search.scale;
  const { area } = review;
  const count =
    candidates.filter((candidate) =>
      isMitosis(candidate, threshold) && (area === undefined || isInArea(area, candidate, mpp))
    ).length;
  const areaMm2 = area === undefined
    ? width * height * (mpp / 1000) ** 2
    : areaInsideMm2(area, { width, height }, mpp);
  const fields = area?.kind === "fields"
    ? { diameterMm: area.diameterMm, count: area.centers.length }
    : undefined;
  return {
    count,
    areaMm2,
    interval: countInterval(count),
    fields: fields && whole(fields, areaMm2),
  };
}

/** Returns the fields if their areas add up to the area, otherwise undefined. */
function whole(fields: NonNullable<AreaCount["fields"]>, areaMm2: number): AreaCount["fields"] {
  const { diameterMm, count } = fields;
  const nominal = count * Math.PI * (diameterMm / 2) ** 2;
  return Math.abs(areaMm2 / nominal - 1) <= AREA_TOLERANCE ? fields : undefined;
}

/** The total of the fields of a case. */
export interface CaseTotal {
  /** The total, or undefined if no field is counted. */
  readonly total: AreaCount | undefined;
  /** Fields that are counted. */
  readonly counted: readonly Field[];
  /** Fields of the case that are not counted, because they have no result or are there twice. */
  readonly left: readonly Field[];
  /** Whether the scale of each counted field is known or confirmed. */
  readonly isSure: boolean;
}

/** Adds up the counts and the areas of the fields of a case. A picture that is open twice counts once. */
export function caseTotal(fields: readonly Field[], threshold: number): CaseTotal {
  const inCase = fields.filter(({ isInCase }) => isInCase);
  const counted = inCase.filter((field) =>
    field.search.status === "done" && !isRepeated(field, inCase)
  );
  const counts = counted.flatMap((field) => countInArea(field, threshold) ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const count = sum(counts.map(({ count }) => count));
  const [first] = counts;
  const isOneKind = counts.every(({ fields }) =>
    fields !== undefined && fields.diameterMm === first?.fields?.diameterMm
  );
  return {
    total: first === undefined ? undefined : {
      count,
      areaMm2: sum(counts.map(({ areaMm2 }) => areaMm2)),
      interval: countInterval(count),
      fields: isOneKind && first.fields !== undefined
        ? {
          diameterMm: first.fields.diameterMm,
          count: sum(counts.map(({ fields }) => fields?.count ?? 0)),
        }
        : undefined,
    },
    counted,
    left: inCase.filter((field) => !counted.includes(field)),
    isSure: counted.every(isScaleSure),
  };
}

function isRepeated(field: Field, fields: readonly Field[]): boolean {
  const first = fields.find(({ sha256, search }) =>
    sha256 !== undefined && sha256 === field.sha256 && search.status === "done"
  );
  return first !== undefined && first !== field;
}

/** Returns the score of a count by each convention that covers its area. */
export function scoresOf({ count, areaMm2, fields }: AreaCount): MitoticScore[] {
  const area: CountedArea = { areaMm2, ...(fields === undefined ? {} : { fields }) };
  return CONVENTIONS.flatMap((convention) => {
    const rule = scoreRule(convention, area);
    return rule === undefined ? [] : [mitoticScore(rule, count, areaMm2)];
  });
}
