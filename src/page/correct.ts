/// <reference lib="dom" />
import type { App } from "./app.ts";
import { type Candidate, isMitosis, likeliestFirst, type Review } from "./review.ts";
import { type Field, newId, openField, type State } from "./state.ts";

/** Most candidates on the list; beyond, the least likely are left out. */
const LISTED = 300;

/** Candidates that the list shows: what counts, what was rejected, and those below if wanted. */
export function listed(field: Field, { threshold, layers }: State): Candidate[] {
  return field.candidates
    .filter((candidate) =>
      layers.below || candidate.review !== "undecided" || isMitosis(candidate, threshold)
    )
    .sort(likeliestFirst)
    .slice(0, LISTED);
}

/** Looks at one candidate; the viewer flies there if asked to. */
export function select(app: App, field: Field, { id, x, y }: Candidate, fly = true): void {
  app.store.change(() => field.selected = id);
  requestAnimationFrame(() => showOnList(id));
  if (fly) app.viewer?.flyTo({ x, y });
}

/** Scrolls the list, and nothing else, until the candidate's line is seen. */
function showOnList(id: number): void {
  const line = document.getElementById(`candidate-${id}`);
  const list = line?.parentElement;
  if (!line || !list) return;
  const top = line.offsetTop - list.offsetTop;
  const bottom = top + line.offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(bottom, Math.min(top, list.scrollTop));
}

/** Goes on by `steps` candidates on the list. */
export function step(app: App, steps: number): void {
  const field = openField(app.store.state);
  if (field === undefined) return;
  const candidates = listed(field, app.store.state);
  const now = candidates.findIndex(({ id }) => id === field.selected);
  const then = now < 0 ? (steps > 0 ? 0 : candidates.length - 1) : now + steps;
  const next = candidates[Math.min(candidates.length - 1, Math.max(0, then))];
  if (next !== undefined) select(app, field, next);
}

/** Accepts or rejects the selected candidate; the same again takes it back. */
export function judge(app: App, review: Review): void {
  app.store.change((state) => {
    const field = openField(state);
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
    state.announcement = candidate.review === "undecided" ? "Undecided." : `${candidate.review}.`;
  });
}

/** Adds a mitosis at a place, in pixels of the image. */
export function addByHand(app: App, field: Field, { x, y }: { x: number; y: number }): void {
  if (x < 0 || y < 0 || x >= field.width || y >= field.height) return;
  app.store.change((state) => {
    const id = newId();
    field.candidates.push({ id, x, y, probability: undefined, review: "accepted" });
    field.selected = id;
    state.adding = false;
    state.announcement = "Mitosis added by hand.";
  });
}
