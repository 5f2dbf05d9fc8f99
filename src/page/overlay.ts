/// <reference lib="dom" />
import { heatMap } from "./heat_map.ts";
import { drawMark } from "./markers.ts";
import { type Candidate, isMitosis } from "./review.ts";
import type { Field, State } from "./state.ts";

/** Radius of a mark: two mitoses closer than this are one. */
const MARK_UM = 7.5;

/** How far from a mark a click still means it, in pixels of the screen. */
const REACH = 24;

/** Where a field lies on the screen. */
export interface Placed {
  /** Its upper left corner, in pixels of the screen. */
  readonly x: number;
  readonly y: number;
  /** Pixels of the screen for one of the image. */
  readonly zoom: number;
}

/** What is drawn over a field. */
export interface Overlay {
  readonly canvas: HTMLCanvasElement;
  draw(field: Field, state: State, placed: Placed): void;
}

/** A transparent canvas for marks and heat map; it fills the element that it is put in. */
export function createOverlay(): Overlay {
  const canvas = document.createElement("canvas");
  canvas.className = "marks";
  let heat: { readonly key: string; readonly map: HTMLCanvasElement | undefined } | undefined;

  /** The heat map, made again only when something changed what it shows. */
  function heatOf({ id, candidates, mpp, ...size }: Field, threshold: number) {
    const reviews = candidates.map(({ review }) => review[0]).join("");
    const key = `${id} ${threshold} ${mpp} ${reviews}`;
    if (heat?.key !== key) heat = { key, map: heatMap(candidates, threshold, size, mpp) };
    return heat.map;
  }

  return {
    canvas,
    draw(field, state, { x, y, zoom }) {
      const context = canvas.getContext("2d");
      if (context === null) return;
      canvas.width = canvas.clientWidth * devicePixelRatio;
      canvas.height = canvas.clientHeight * devicePixelRatio;
      context.scale(devicePixelRatio, devicePixelRatio);
      const heat = state.layers.heat ? heatOf(field, state.threshold) : undefined;
      if (heat !== undefined) {
        context.imageSmoothingQuality = "high";
        context.drawImage(heat, x, y, field.width * zoom, field.height * zoom);
      }
      if (state.layers.marks) drawMarks(context, field, state, { x, y, zoom });
    },
  };
}

/** Whether a candidate has a mark: those far from counting have one on request only. */
function hasMark(candidate: Candidate, { threshold, layers }: State): boolean {
  return layers.below || candidate.review !== "undecided" || isMitosis(candidate, threshold);
}

function drawMarks(
  context: CanvasRenderingContext2D,
  field: Field,
  state: State,
  placed: Placed,
): void {
  const radius = Math.max(7, MARK_UM / field.mpp * placed.zoom);
  for (const candidate of field.candidates) {
    const selected = candidate.id === field.selected;
    if (!selected && !hasMark(candidate, state)) continue;
    const x = placed.x + candidate.x * placed.zoom;
    const y = placed.y + candidate.y * placed.zoom;
    drawMark(context, { candidate, threshold: state.threshold, selected, x, y, radius, line: 2 });
  }
}

/** The candidate whose mark is at a place of the screen, if any. */
export function candidateAt(
  field: Field,
  state: State,
  placed: Placed,
  { x, y }: { readonly x: number; readonly y: number },
): Candidate | undefined {
  const [nearest] = field.candidates
    .filter((candidate) => hasMark(candidate, state))
    .map((candidate) => {
      const dx = placed.x + candidate.x * placed.zoom - x;
      const dy = placed.y + candidate.y * placed.zoom - y;
      return { candidate, distance: Math.hypot(dx, dy) };
    })
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance < REACH ? nearest.candidate : undefined;
}
