import type { Detection } from "../result/result.ts";
import { mergeCandidates, reviewedCandidates } from "./candidate.ts";
import type { Scale } from "./scale.ts";
import { type Field, newId } from "./state.ts";

/** The places of a detection that the page keeps. */
type Found = readonly Pick<Detection, "x" | "y" | "probability">[];

/** Queues a field for a new search; the former result is set aside and no longer shown. */
export function queueSearch(field: Field): void {
  if (field.search.status === "done") {
    field.formerResult = { scale: field.search.scale, candidates: field.candidates };
  }
  setCandidatesAside(field);
  field.search = { status: "waiting" };
}

/** Starts the search of a field. Mitoses that were added by hand are kept. */
export function startSearch(field: Field): void {
  const isByHand = ({ probability }: { probability: number | undefined }) =>
    probability === undefined;
  field.candidates = field.reviewed.filter(isByHand);
  field.reviewed = field.reviewed.filter((candidate) => !isByHand(candidate));
  field.search = { status: "searching", progress: 0 };
}

/** Shows how far a search is, and what it has found so far. */
export function updateSearch(field: Field, progress: number, found: Found): void {
  field.candidates = mergeCandidates(field.candidates, field.reviewed, found, newId);
  field.search = { status: "searching", progress };
}

/** Ends a search with its result, which replaces the former one. */
export function completeSearch(field: Field, scale: Scale, found: Found): void {
  field.candidates = mergeCandidates(field.candidates, field.reviewed, found, newId);
  field.reviewed = [];
  field.formerResult = undefined;
  field.search = { status: "done", scale };
}

/** Ends a search without a result. */
export function failSearch(field: Field, message: string): void {
  setCandidatesAside(field);
  field.search = { status: "failed", message };
}

/** Ends a search, or takes a field off the queue, because the person cancelled it. */
export function cancelSearch(field: Field): void {
  setCandidatesAside(field);
  field.search = { status: "cancelled" };
}

/** Shows the result of the former search again, after a new one failed or was cancelled. */
export function restoreFormerResult(field: Field): void {
  if (field.formerResult === undefined) return;
  const { scale, candidates } = field.formerResult;
  field.candidates = candidates;
  field.reviewed = [];
  field.formerResult = undefined;
  field.enteredMpp = scale.origin === "request" ? scale.mpp : undefined;
  field.search = { status: "done", scale };
}

/** Empties the list of candidates, and remembers those that the person reviewed. */
function setCandidatesAside(field: Field): void {
  field.reviewed = reviewedCandidates(field.reviewed, field.candidates);
  field.candidates = [];
  field.selected = undefined;
}

/** Returns whether the candidates of a field are shown and can be reviewed. */
export function showsCandidates({ search }: Field): boolean {
  return search.status === "searching" || search.status === "done";
}

/** Returns whether the entered scale is another than that of the result, so that a new search is due. */
export function isScaleChanged({ search, enteredMpp }: Field): boolean {
  if (search.status !== "done") return false;
  return enteredMpp !== (search.scale.origin === "request" ? search.scale.mpp : undefined);
}

/** Returns the micrometers per pixel of a field: those of its result, or else those that were entered. */
export function knownMpp({ search, enteredMpp }: Field): number | undefined {
  return search.status === "done" ? search.scale.mpp : enteredMpp;
}

/** Returns the micrometers per pixel for drawing, which fall back to those of the model. */
export function drawingMpp(field: Field): number {
  return knownMpp(field) ?? field.modelMpp;
}
