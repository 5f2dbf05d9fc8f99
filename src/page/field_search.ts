import type { Detection } from "../result/result.ts";
import { mergeCandidates, reviewedCandidates } from "./candidate.ts";
import type { Scale } from "./scale.ts";
import { type Field, newId } from "./state.ts";

/** Detections, with the properties that the page keeps. */
type Found = readonly Pick<Detection, "x" | "y" | "probability">[];

/** Queues a field for a new search. Its result is no longer shown, and is kept as the former result. */
export function queueSearch(field: Field): void {
  if (field.search.status === "done") {
    field.formerResult = { scale: field.search.scale, candidates: field.candidates };
  }
  setCandidatesAside(field);
  field.search = { status: "waiting" };
}

/** Records that the search of a field starts. Shows mitoses again that were added by hand before. */
export function startSearch(field: Field): void {
  const isByHand = ({ probability }: { probability: number | undefined }) =>
    probability === undefined;
  field.candidates = field.reviewed.filter(isByHand);
  field.reviewed = field.reviewed.filter((candidate) => !isByHand(candidate));
  field.search = { status: "searching", progress: 0 };
}

/**
 * Records how far a search is, and what it has found.
 *
 * @param progress Share of the field that is searched, 0 to 1.
 * @param found All detections so far.
 */
export function updateSearch(field: Field, progress: number, found: Found): void {
  field.candidates = mergeCandidates(field.candidates, field.reviewed, found, newId);
  field.search = { status: "searching", progress };
}

/** Records the result of a search, which replaces the former result. */
export function completeSearch(field: Field, scale: Scale, found: Found): void {
  field.candidates = mergeCandidates(field.candidates, field.reviewed, found, newId);
  field.reviewed = [];
  field.formerResult = undefined;
  field.search = { status: "done", scale };
}

/** Records that a search failed, and why. What it found is no longer shown. */
export function failSearch(field: Field, message: string): void {
  setCandidatesAside(field);
  field.search = { status: "failed", message };
}

/** Records that the person cancelled the search of a field, or took the field off the queue. */
export function cancelSearch(field: Field): void {
  setCandidatesAside(field);
  field.search = { status: "cancelled" };
}

/**
 * Shows the former result again, at its scale, after a new search failed or was cancelled. Forgets what
 * the person reviewed during the new search. Does nothing if there is no former result.
 */
export function restoreFormerResult(field: Field): void {
  if (field.formerResult === undefined) return;
  const { scale, candidates } = field.formerResult;
  field.candidates = candidates;
  field.reviewed = [];
  field.formerResult = undefined;
  field.enteredMpp = scale.origin === "request" ? scale.mpp : undefined;
  field.search = { status: "done", scale };
}

/** Empties the list of candidates, and keeps those that the person reviewed for the next search. */
function setCandidatesAside(field: Field): void {
  field.reviewed = reviewedCandidates(field.reviewed, field.candidates);
  field.candidates = [];
  field.selected = undefined;
}

/** Returns whether the candidates of a field are shown and can be reviewed. */
export function showsCandidates({ search }: Field): boolean {
  return search.status === "searching" || search.status === "done";
}

/** Returns whether the entered scale has changed since the search that the result is from. */
export function isScaleChanged({ search, enteredMpp }: Field): boolean {
  if (search.status !== "done") return false;
  return enteredMpp !== (search.scale.origin === "request" ? search.scale.mpp : undefined);
}

/**
 * Returns the micrometers per pixel of a field: those of its result if it has one, else those that the
 * person entered, else undefined.
 */
export function knownMpp({ search, enteredMpp }: Field): number | undefined {
  return search.status === "done" ? search.scale.mpp : enteredMpp;
}

/** Returns the micrometers per pixel to draw a field with: the known ones, or else those of the model. */
export function drawingMpp(field: Field): number {
  return knownMpp(field) ?? field.modelMpp;
}
