/// <reference lib="dom" />
import type { Point } from "../image/region.ts";
import { SAME_CELL_UM } from "../result/result.ts";
import type { App } from "./app.ts";
import { byProbability, type Candidate, isMitosis } from "./candidate.ts";
import { drawingMpp, showsCandidates } from "./field_search.ts";
import { t } from "./language.ts";
import { type Decision, type Verdict, withDecision } from "./review/decision.ts";
import { reviewCandidates } from "./review/review_list.ts";
import { changeReview } from "./review/history.ts";
import { type Field, newId, type State } from "./state.ts";

let listed: { readonly key: string; readonly candidates: readonly Candidate[] } | undefined;

/**
 * Returns the candidates to list, in the order of {@linkcode byProbability}: mitoses, rejected candidates,
 * and, if their layer is on, candidates below the threshold.
 */
export function listedCandidates(
  field: Field,
  { threshold, layers }: State,
): readonly Candidate[] {
  const key = `${field.id} ${field.revision} ${threshold} ${layers.below}`;
  if (listed?.key !== key) {
    const candidates = field.candidates
      .filter((candidate) =>
        layers.below || candidate.verdict !== "undecided" || isMitosis(candidate, threshold)
      )
      .sort(byProbability);
    listed = { key, candidates };
  }
  return listed.candidates;
}

/** Returns the candidates that keys step through: those of the gallery if it is shown, or of the list. */
export function shownCandidates(field: Field, state: State): readonly Candidate[] {
  return state.pane === "review" ? reviewCandidates(field, state) : listedCandidates(field, state);
}

/** Returns the selected candidate of a field, if any. */
export function selectedCandidate({ candidates, selected }: Field): Candidate | undefined {
  return selected === undefined ? undefined : candidates.find(({ id }) => id === selected);
}

/** Selects a candidate. Moves the viewer there too unless `fly` is false. */
export function selectCandidate(
  app: App,
  field: Field,
  { id, x, y }: Candidate,
  fly = true,
): void {
  app.store.change(() => field.selected = id);
  if (fly) app.viewer?.flyTo({ x, y });
}

/**
 * Moves the selection down a list by `steps` candidates, or up if `steps` is negative, and stops at the
 * ends. If no candidate of the list is selected, selects the first one, or the last one if `steps` is
 * negative.
 */
export function stepSelection(
  app: App,
  field: Field,
  candidates: readonly Candidate[],
  steps: number,
): void {
  const current = candidates.findIndex(({ id }) => id === field.selected);
  const target = current < 0 ? (steps > 0 ? 0 : candidates.length - 1) : current + steps;
  const next = candidates[Math.min(candidates.length - 1, Math.max(0, target))];
  if (next !== undefined) selectCandidate(app, field, next);
}

/**
 * Selects the next candidate of a list about which nothing was decided. After the last one it goes on at
 * the first.
 *
 * @returns Whether there is one.
 */
export function selectNextUndecided(
  app: App,
  field: Field,
  candidates: readonly Candidate[],
): boolean {
  const current = candidates.findIndex(({ id }) => id === field.selected);
  const order = [...candidates.slice(current + 1), ...candidates.slice(0, Math.max(0, current))];
  const next = order.find(({ verdict }) => verdict === "undecided");
  if (next !== undefined) selectCandidate(app, field, next);
  return next !== undefined;
}

/**
 * Accepts or rejects a candidate. The same decision a second time makes it undecided again. Rejecting a
 * mitosis that was added by hand removes it.
 */
export function decideCandidate(
  app: App,
  field: Field,
  candidate: Candidate,
  verdict: Verdict,
): void {
  const { decision, probability } = candidate;
  if (probability === undefined && verdict !== "accepted") {
    const decisions = field.review.decisions.filter((other) => other !== decision);
    changeReview(app.store, field, { decisions }, t("Removed."));
    return;
  }
  const decided = probability !== undefined && candidate.verdict === verdict
    ? "undecided"
    : verdict;
  editDecision(
    app,
    field,
    candidate,
    { verdict: decided, cellClass: undefined },
    { undecided: t("Undecided."), accepted: t("Accepted."), rejected: t("Rejected.") }[decided],
  );
}

/** Changes the decision about a candidate, or makes one. */
export function editDecision(
  app: App,
  field: Field,
  candidate: Candidate,
  edit: Partial<Pick<Decision, "verdict" | "cellClass" | "note">>,
  announcement: string,
): void {
  const { id, x, y, verdict, cellClass, note, probability } = candidate;
  const before = candidate.decision ?? { id, x, y, verdict, cellClass, note, probability };
  const decisions = withDecision(field.review.decisions, { ...before, ...edit });
  changeReview(app.store, field, { decisions }, announcement);
}

/**
 * Adds a mitosis at a position in pixels of the image. On a cell that counts already it only selects that
 * one, and on a rejected one it accepts that one, so that no cell counts twice. Does nothing if there is no
 * position, if it is outside of the field, or if the field shows no candidates.
 */
export function addByHand(app: App, field: Field, position: Point | undefined): void {
  if (position === undefined) return;
  const { x, y } = position;
  if (x < 0 || y < 0 || x >= field.width || y >= field.height || !showsCandidates(field)) return;
  app.store.change((state) => state.tool = "select");
  const known = candidateNear(field, position);
  const counts = known !== undefined && isMitosis(known, app.store.state.threshold);
  if (known !== undefined && (counts || known.verdict === "rejected")) {
    app.store.change((state) => {
      field.selected = known.id;
      state.announcement = t("This cell is on the list already.");
    });
    if (!counts) decideCandidate(app, field, known, "accepted");
    return;
  }
  const added: Decision = {
    id: newId(),
    x,
    y,
    verdict: "accepted",
    cellClass: undefined,
    note: "",
    probability: undefined,
  };
  const decisions = [...field.review.decisions, added];
  changeReview(app.store, field, { decisions }, t("Mitosis added by hand."));
  app.store.change(() => field.selected = added.id);
}

/** Returns the nearest candidate that shows the same cell as a position, if any. */
function candidateNear(field: Field, { x, y }: Point): Candidate | undefined {
  let nearest: Candidate | undefined;
  let reach = SAME_CELL_UM / drawingMpp(field);
  for (const candidate of field.candidates) {
    const distance = Math.hypot(candidate.x - x, candidate.y - y);
    if (distance > reach) continue;
    nearest = candidate;
    reach = distance;
  }
  return nearest;
}

/**
 * Gives the selected candidate a verdict, if there is one and its verdict is another. Unlike
 * {@linkcode decideCandidate}, a second time changes nothing, so a key can be held or repeated.
 */
export function decideSelected(app: App, field: Field, verdict: Verdict): void {
  const candidate = selectedCandidate(field);
  if (candidate === undefined || candidate.verdict === verdict) return;
  if (verdict === "undecided" && candidate.probability === undefined) return;
  const current = verdict === "undecided" ? candidate.verdict : verdict;
  decideCandidate(app, field, candidate, current);
}
