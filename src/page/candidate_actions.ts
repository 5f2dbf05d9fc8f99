/// <reference lib="dom" />
import type { App } from "./app.ts";
import { byProbability, type Candidate, isMitosis, type Review } from "./candidate.ts";
import { showsCandidates } from "./field_search.ts";
import { type Field, newId, shownField, type State } from "./state.ts";

/** Maximum number of candidates on the list. The least probable ones beyond it still count. */
const MAX_LISTED = 300;

/**
 * Returns the candidates to list, in the order of {@linkcode byProbability}: mitoses, rejected candidates,
 * and, if their layer is on, candidates below the threshold.
 */
export function listedCandidates(field: Field, { threshold, layers }: State): Candidate[] {
  return field.candidates
    .filter((candidate) =>
      layers.below || candidate.review !== "undecided" || isMitosis(candidate, threshold)
    )
    .sort(byProbability)
    .slice(0, MAX_LISTED);
}

/** Selects a candidate and scrolls the list to it. Moves the viewer there too unless `fly` is false. */
export function selectCandidate(
  app: App,
  field: Field,
  { id, x, y }: Candidate,
  fly = true,
): void {
  app.store.change(() => field.selected = id);
  requestAnimationFrame(() => scrollListTo(id));
  if (fly) app.viewer?.flyTo({ x, y });
}

/**
 * Scrolls the list until the line of a candidate is visible. `scrollIntoView` would scroll the page as
 * well.
 */
function scrollListTo(id: number): void {
  const line = document.getElementById(`candidate-${id}`);
  const list = line?.parentElement;
  if (!line || !list) return;
  const top = line.offsetTop - list.offsetTop;
  const bottom = top + line.offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(bottom, Math.min(top, list.scrollTop));
}

/**
 * Moves the selection down the list by `steps` candidates, or up if `steps` is negative, and stops at the
 * ends. If no listed candidate is selected, selects the first one, or the last one if `steps` is negative.
 */
export function stepSelection(app: App, steps: number): void {
  const field = shownField(app.store.state);
  if (field === undefined) return;
  const candidates = listedCandidates(field, app.store.state);
  const current = candidates.findIndex(({ id }) => id === field.selected);
  const target = current < 0 ? (steps > 0 ? 0 : candidates.length - 1) : current + steps;
  const next = candidates[Math.min(candidates.length - 1, Math.max(0, target))];
  if (next !== undefined) selectCandidate(app, field, next);
}

/**
 * Accepts or rejects the selected candidate. The same decision a second time makes it undecided again. A
 * candidate that was added by hand stays accepted until it is rejected, which removes it.
 */
export function reviewCandidate(app: App, review: Review): void {
  app.store.change((state) => {
    const field = shownField(state);
    const candidate = field?.candidates.find(({ id }) => id === field.selected);
    if (field === undefined || candidate === undefined) return;
    if (candidate.probability === undefined && review === "rejected") {
      field.candidates = field.candidates.filter((other) => other !== candidate);
      field.selected = undefined;
      state.announcement = "Removed.";
      return;
    }
    candidate.review = candidate.review === review ? "undecided" : review;
    if (candidate.probability === undefined) candidate.review = "accepted";
    state.announcement = { undecided: "Undecided.", accepted: "Accepted.", rejected: "Rejected." }[
      candidate.review
    ];
  });
}

/**
 * Adds a mitosis at a position in pixels of the image. Does nothing if there is no position, if it is
 * outside of the field, or if the field shows no candidates.
 */
export function addByHand(
  app: App,
  field: Field,
  position: { readonly x: number; readonly y: number } | undefined,
): void {
  if (position === undefined) return;
  const { x, y } = position;
  if (x < 0 || y < 0 || x >= field.width || y >= field.height || !showsCandidates(field)) return;
  app.store.change((state) => {
    const id = newId();
    field.candidates.push({ id, x, y, probability: undefined, review: "accepted" });
    field.selected = id;
    state.adding = false;
    state.announcement = "Mitosis added by hand.";
  });
}
