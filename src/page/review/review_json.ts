import type { Point } from "../../image/region.ts";
import type { CountingArea } from "./counting_area.ts";
import {
  CELL_CLASSES,
  type CellClass,
  type Decision,
  type PictureReview,
  type Verdict,
} from "./decision.ts";

/** A review as JSON has it. Members that say nothing are left out. */
export interface ReviewJson {
  readonly decisions: readonly {
    /** Place in pixels. */
    readonly x: number;
    readonly y: number;
    readonly verdict: Verdict;
    readonly class?: CellClass;
    readonly note?: string;
    /** Absent for a mitosis added by hand. */
    readonly probability?: number;
  }[];
  readonly area?: CountingArea;
  readonly confirmedMpp?: number;
}

/** Converts a review to JSON. */
export function writeReview({ decisions, area, confirmedMpp }: PictureReview): ReviewJson {
  return {
    decisions: decisions.map(({ x, y, verdict, cellClass, note, probability }) => ({
      x,
      y,
      verdict,
      ...(cellClass === undefined ? {} : { class: cellClass }),
      ...(note === "" ? {} : { note }),
      ...(probability === undefined ? {} : { probability }),
    })),
    ...(area === undefined ? {} : { area }),
    ...(confirmedMpp === undefined ? {} : { confirmedMpp }),
  };
}

/**
 * Reads a review from JSON.
 *
 * @throws {Error} If it is not a review. The message names the member.
 */
export function readReview(json: unknown, newId: () => number): PictureReview {
  const { decisions, area, confirmedMpp } = objectOf(json, "A review");
  if (!Array.isArray(decisions)) throw new Error("A review has no list of decisions.");
  return {
    decisions: decisions.map((one) => readDecision(one, newId)),
    area: area === undefined ? undefined : readArea(area),
    confirmedMpp: confirmedMpp === undefined ? undefined : positive(confirmedMpp, "confirmedMpp"),
  };
}

function readDecision(json: unknown, newId: () => number): Decision {
  const { verdict, note = "", probability, class: cellClass, ...place } = objectOf(
    json,
    "A decision",
  );
  if (verdict !== "undecided" && verdict !== "accepted" && verdict !== "rejected") {
    throw new Error(`A decision has the verdict ${JSON.stringify(verdict)}.`);
  }
  if (cellClass !== undefined && !(String(cellClass) in CELL_CLASSES)) {
    throw new Error(`A decision has the class ${JSON.stringify(cellClass)}.`);
  }
  return {
    id: newId(),
    ...readPoint(place),
    verdict,
    cellClass: cellClass as CellClass | undefined,
    note: String(note),
    probability: probability === undefined ? undefined : finite(probability, "probability"),
  };
}

function readArea(json: unknown): CountingArea {
  const { kind, ...rest } = objectOf(json, "A counting area");
  switch (kind) {
    case "circle":
      return {
        kind,
        center: readPoint(rest.center),
        areaMm2: positive(rest.areaMm2, "areaMm2"),
      };
    case "fields":
      return {
        kind,
        centers: readPoints(rest.centers),
        diameterMm: positive(rest.diameterMm, "diameterMm"),
      };
    case "polygon":
      return { kind, points: readPoints(rest.points) };
    default:
      throw new Error(`A counting area has the kind ${JSON.stringify(kind)}.`);
  }
}

function readPoints(json: unknown): Point[] {
  if (!Array.isArray(json)) throw new Error("A counting area has no list of points.");
  return json.map(readPoint);
}

function readPoint(json: unknown): Point {
  const { x, y } = objectOf(json, "A place");
  return { x: finite(x, "x"), y: finite(y, "y") };
}

function objectOf(json: unknown, what: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null) throw new Error(`${what} is not an object.`);
  return json as Record<string, unknown>;
}

function finite(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`${name} is ${JSON.stringify(value)}, not a number.`);
}

function positive(value: unknown, name: string): number {
  const number = finite(value, name);
  if (number > 0) return number;
  throw new Error(`${name} is ${number}, not above 0.`);
}
