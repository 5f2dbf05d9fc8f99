/// <reference lib="dom" />
import type { Point } from "../../image/region.ts";
import { densestCircles } from "../../result/slide/densest_circle.ts";
import type { App } from "../app.ts";
import { mitosesOf } from "../candidate.ts";
import { drawingMpp } from "../field_search.ts";
import { t } from "../language.ts";
import {
  circleRadiusUm,
  type CountingArea,
  isInArea,
  rectangleBetween,
} from "../review/counting_area.ts";
import { changeReview } from "../review/history.ts";
import type { Field } from "../state.ts";

const UM_PER_MM = 1000;

/** A click this near to the first corner closes a polygon, in CSS pixels. */
const CLOSE_REACH = 14;

/** Sets the counting area of a field, or removes it. */
export function setArea({ store }: App, field: Field, area: CountingArea | undefined): void {
  changeReview(
    store,
    field,
    { area },
    area === undefined ? t("Counting area removed.") : t("Counting area set."),
  );
}

/** Places a part of a counting area at a position in pixels, as the tool says. */
export function placePoint(app: App, field: Field, { x, y }: Point): void {
  const { store } = app;
  const { tool, draft, circleMm2, fieldCount, fieldDiameterMm } = store.state;
  const point = {
    x: Math.min(field.width, Math.max(0, x)),
    y: Math.min(field.height, Math.max(0, y)),
  };
  const points = [...draft, point];
  const done = (area: CountingArea) => {
    setArea(app, field, area);
    store.change((state) => {
      state.tool = "select";
      state.draft = [];
    });
  };
  if (tool === "circle") done({ kind: "circle", center: point, areaMm2: circleMm2 });
  else if (tool === "rectangle" && points.length === 2) {
    done({ kind: "polygon", points: rectangleBetween(points[0] ?? point, point) });
  } else if (tool === "fields" && points.length === fieldCount) {
    done({ kind: "fields", centers: points, diameterMm: fieldDiameterMm });
  } else if (tool === "polygon" && closesPolygon(app, point)) finishPolygon(app, field);
  else store.change((state) => state.draft = points);
}

function closesPolygon({ store, viewer }: App, { x, y }: Point): boolean {
  const [first] = store.state.draft;
  if (first === undefined || store.state.draft.length < 3) return false;
  const reach = CLOSE_REACH / (viewer?.zoom() ?? 1);
  return Math.hypot(first.x - x, first.y - y) <= reach;
}

/** Makes the counting area of the corners, or of the fields, that are placed so far. */
export function finishPolygon(app: App, field: Field): void {
  const { tool, draft, fieldDiameterMm } = app.store.state;
  if (tool === "polygon" && draft.length >= 3) {
    setArea(app, field, { kind: "polygon", points: draft });
  }
  if (tool === "fields" && draft.length > 0) {
    setArea(app, field, { kind: "fields", centers: draft, diameterMm: fieldDiameterMm });
  }
  app.store.change((state) => {
    state.tool = "select";
    state.draft = [];
  });
}

/**
 * Places the circle, or the fields, with the most mitoses: the densest one, then the densest that does not
 * overlap it, and so on. A circle that leaves the picture is moved inside if it loses no mitosis by that.
 */
export function placeHottest(app: App, field: Field, kind: "circle" | "fields"): void {
  const { threshold, circleMm2, fieldCount, fieldDiameterMm } = app.store.state;
  const mpp = drawingMpp(field);
  const radius = (kind === "circle" ? circleRadiusUm(circleMm2) : fieldDiameterMm * UM_PER_MM / 2) /
    mpp;
  const mitoses = mitosesOf(field.candidates, threshold);
  const found = densestCircles(mitoses, radius, kind === "circle" ? 1 : fieldCount);
  const areaOf = (centers: readonly Point[]): CountingArea =>
    kind === "circle"
      ? { kind, center: centers[0] ?? { x: 0, y: 0 }, areaMm2: circleMm2 }
      : { kind, centers, diameterMm: fieldDiameterMm };
  const countIn = (area: CountingArea) =>
    mitoses.filter((mitosis) => isInArea(area, mitosis, mpp)).length;
  const centers = found.map(({ x, y }) => ({ x, y }));
  const inside = centers.map(({ x, y }) => ({
    x: clampInside(x, radius, field.width),
    y: clampInside(y, radius, field.height),
  }));
  if (centers.length === 0) {
    app.store.change((state) => state.announcement = t("There is no mitosis to find."));
    return;
  }
  const isApart = inside.every((a, i) =>
    inside.slice(i + 1).every((b) => Math.hypot(a.x - b.x, a.y - b.y) >= 2 * radius)
  );
  const keepsAll = countIn(areaOf(inside)) >= countIn(areaOf(centers));
  const area = areaOf(isApart && keepsAll ? inside : centers);
  setArea(app, field, area);
  app.store.change((state) => {
    state.tool = "select";
    state.draft = [];
    state.pane = "viewer";
  });
  const [first] = "centers" in area ? area.centers : "center" in area ? [area.center] : [];
  if (first !== undefined) app.viewer?.showCircle(first, radius);
}

/** Moves a coordinate so that a circle lies within 0 to `size`; into the middle if it does not fit. */
function clampInside(at: number, radius: number, size: number): number {
  if (2 * radius > size) return size / 2;
  return Math.min(size - radius, Math.max(radius, at));
}
