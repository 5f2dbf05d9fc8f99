import { SAME_CELL_UM } from "../result/result.ts";
import { candidatesOf, type Found, withIds } from "./candidate.ts";
import type { Scale } from "./scale.ts";
import { type Field, newId } from "./state.ts";

/** Detections, with the properties that the page keeps. */
type Detections = readonly Omit<Found, "id">[];

/** Queues a field for a new search. Its result is no longer shown, and is kept as the former result. */
export function queueSearch(field: Field): void {
  if (field.search.status === "done") {
    field.formerResult = { search: field.search, found: field.found };
  }
  forgetFound(field);
  field.search = { status: "waiting" };
  refreshCandidates(field);
}

/** Records that the search of a field starts. */
export function startSearch(field: Field): void {
  field.search = { status: "searching", progress: 0 };
  refreshCandidates(field);
}

/**
 * Records how far a search is, and what it has found.
 *
 * @param progress Share of the field that is searched, 0 to 1.
 * @param detections All detections so far.
 */
export function updateSearch(field: Field, progress: number, detections: Detections): void {
  field.found = withIds(field.found, detections, newId);
  field.search = { status: "searching", progress };
  refreshCandidates(field);
}

/** Records the result of a search, which replaces the former result. */
export function completeSearch(
  field: Field,
  scale: Scale,
  detections: Detections,
  isTruncated = false,
): void {
  field.found = withIds(field.found, detections, newId);
  field.formerResult = undefined;
  field.search = { status: "done", scale, isTruncated };
  refreshCandidates(field);
}

/** Records that a search failed, and why. What it found is no longer shown. */
export function failSearch(field: Field, message: string): void {
  forgetFound(field);
  field.search = { status: "failed", message };
  refreshCandidates(field);
}

/** Records that the person cancelled the search of a field, or took the field off the queue. */
export function cancelSearch(field: Field): void {
  forgetFound(field);
  field.search = { status: "cancelled" };
  refreshCandidates(field);
}

/**
 * Shows the former result again, at its scale, after a new search failed or was cancelled. Does nothing if
 * there is no former result.
 */
export function restoreFormerResult(field: Field): void {
  if (field.formerResult === undefined) return;
  const { search, found } = field.formerResult;
  const { scale } = search;
  field.found = found;
  field.formerResult = undefined;
  field.enteredMpp = scale.origin === "request" ? scale.mpp : undefined;
  field.search = search;
  refreshCandidates(field);
}

/**
 * Computes the candidates of a field from what was found and what the person decided. The decisions are
 * never changed by a search, so they are there for the next one, whatever its scale.
 */
export function refreshCandidates(field: Field): void {
  const reach = SAME_CELL_UM / drawingMpp(field);
  field.candidates = showsCandidates(field)
    ? candidatesOf(field.found, field.review.decisions, reach)
    : [];
  field.revision++;
  if (!field.candidates.some(({ id }) => id === field.selected)) field.selected = undefined;
}

function forgetFound(field: Field): void {
  field.found = [];
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

/** Returns whether the scale of a result is known: not assumed, or confirmed by the person. */
export function isScaleSure({ search, review }: Field): boolean {
  if (search.status !== "done") return false;
  return search.scale.origin !== "assumed" || review.confirmedMpp === search.scale.mpp;
}
