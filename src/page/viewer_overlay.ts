/// <reference lib="dom" />
import { SAME_CELL_UM } from "../result/result.ts";
import { addArea, type Placement, strokeArea } from "./area_path.ts";
import { type Candidate, isMitosis } from "./candidate.ts";
import { densityMap } from "./density_map.ts";
import { drawingMpp } from "./field_search.ts";
import { drawMark } from "./marks.ts";
import type { CountingArea } from "./review/counting_area.ts";
import type { Field, State } from "./state.ts";

/** Minimum radius of a mark, in CSS pixels. */
const MIN_RADIUS = 7;

/** A click selects a candidate nearer than this, in CSS pixels. */
const CLICK_REACH = 24;

/** A canvas over the viewer, with the marks and the density map. */
export interface ViewerOverlay {
  readonly canvas: HTMLCanvasElement;
  draw(field: Field, state: State, placement: Placement): void;
  clear(): void;
}

/** Creates an empty overlay. Its canvas fills the element that it is appended to. */
export function createViewerOverlay(): ViewerOverlay {
  const canvas = document.createElement("canvas");
  canvas.className = "marks";
  let cached: { readonly key: string; readonly map: HTMLCanvasElement | undefined } | undefined;

  /**
   * Returns the density map of a field, or undefined unless its search is done. Draws the map again only if
   * its content has changed.
   */
  function densityOf(field: Field, threshold: number): HTMLCanvasElement | undefined {
    const { id, search, candidates, revision } = field;
    if (search.status !== "done") return undefined;
    const { mpp } = search.scale;
    const key = `${id} ${revision} ${threshold} ${mpp}`;
    if (cached?.key !== key) cached = { key, map: densityMap(candidates, threshold, field, mpp) };
    return cached.map;
  }

  return {
    canvas,
    draw(field, state, { x, y, zoom }) {
      const context = canvas.getContext("2d");
      if (context === null) return;
      canvas.width = canvas.clientWidth * devicePixelRatio;
      canvas.height = canvas.clientHeight * devicePixelRatio;
      context.scale(devicePixelRatio, devicePixelRatio);
      const density = state.layers.density ? densityOf(field, state.threshold) : undefined;
      if (density !== undefined) {
        context.imageSmoothingQuality = "high";
        context.drawImage(density, x, y, field.width * zoom, field.height * zoom);
      }
      drawArea(context, field, state, { x, y, zoom });
      if (state.layers.marks) drawMarks(context, field, state, { x, y, zoom });
    },
    clear() {
      canvas.getContext("2d")?.reset();
    },
  };
}

/**
 * Returns whether a candidate has a mark: none has one while the layer of marks is off. A candidate below the threshold has one only if its layer is on
 * or if the person reviewed it.
 */
function isMarked(candidate: Candidate, { threshold, layers }: State): boolean {
  return layers.marks &&
    (layers.below || candidate.verdict !== "undecided" || isMitosis(candidate, threshold));
}

/** Draws the counting area, and the points of one that is being placed. */
function drawArea(
  context: CanvasRenderingContext2D,
  field: Field,
  { draft, tool, fieldDiameterMm }: State,
  { x, y, zoom }: Placement,
): void {
  const { area } = field.review;
  const mpp = drawingMpp(field);
  const draftArea: CountingArea | undefined = tool === "fields"
    ? { kind: "fields", centers: draft, diameterMm: fieldDiameterMm }
    : undefined;
  const path = new Path2D();
  for (const shape of [...(area ? [area] : []), ...(draftArea ? [draftArea] : [])]) {
    addArea(path, shape, mpp, { x, y, zoom });
  }
  if (tool === "polygon" || tool === "rectangle") {
    draft.forEach((point, i) => {
      const [px, py] = [x + point.x * zoom, y + point.y * zoom];
      if (i > 0) path.lineTo(px, py);
      path.rect(px - 3, py - 3, 6, 6);
      path.moveTo(px, py);
    });
  }
  strokeArea(context, path);
}

function drawMarks(
  context: CanvasRenderingContext2D,
  field: Field,
  state: State,
  placement: Placement,
): void {
  const radius = Math.max(MIN_RADIUS, SAME_CELL_UM / drawingMpp(field) * placement.zoom);
  const reach = radius * 1.6;
  const { canvas } = context;
  for (const candidate of field.candidates) {
    const x = placement.x + candidate.x * placement.zoom;
    const y = placement.y + candidate.y * placement.zoom;
    if (x < -reach || y < -reach || x > canvas.clientWidth + reach) continue;
    if (y > canvas.clientHeight + reach) continue;
    const selected = candidate.id === field.selected;
    if (!selected && !isMarked(candidate, state)) continue;
    drawMark(context, {
      candidate,
      threshold: state.threshold,
      selected,
      x,
      y,
      radius,
      lineWidth: 2,
    });
  }
}

/**
 * Returns the nearest candidate with a mark, if it is near enough to a click.
 *
 * @param position The click, in CSS pixels from the upper left corner of the viewer.
 */
export function candidateAt(
  field: Field,
  state: State,
  placement: Placement,
  position: { readonly x: number; readonly y: number },
): Candidate | undefined {
  const [nearest] = field.candidates
    .filter((candidate) => isMarked(candidate, state))
    .map((candidate) => {
      const dx = placement.x + candidate.x * placement.zoom - position.x;
      const dy = placement.y + candidate.y * placement.zoom - position.y;
      return { candidate, distance: Math.hypot(dx, dy) };
    })
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance < CLICK_REACH ? nearest.candidate : undefined;
}
