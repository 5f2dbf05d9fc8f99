/// <reference lib="dom" />
import { SAME_CELL_UM } from "../../result/result.ts";
import { type Candidate, isMitosis } from "../candidate.ts";
import { drawingMpp, queueSearch } from "../field_search.ts";
import { t } from "../language.ts";
import { saveReview } from "../review/autosave.ts";
import { type Decision, isEmptyReview, withDecision } from "../review/decision.ts";
import { changeReview } from "../review/history.ts";
import { matchPlaces } from "../review/match_places.ts";
import { type Field, newId, type Picture, shownField, type State, type Store } from "../state.ts";
import { type MarkedPlace, readGeoJson } from "./geojson_file.ts";
import { isSamePicture, type Session } from "./session.ts";
import { readSession } from "./session_file.ts";

/**
 * Opens a session, or a GeoJSON that was corrected in QuPath.
 *
 * @returns Whether a field has to be searched again.
 * @throws {Error} If the file is neither, or cannot be read. The message is shown to the person.
 */
export async function openDecisions(store: Store, file: File): Promise<boolean> {
  const text = await file.text();
  const session = readSession(text, newId);
  if (session === undefined) {
    const places = readGeoJson(text);
    if (places === undefined) {
      throw new Error(
        t("This JSON is neither a session of this page nor a GeoJSON with points of mitoses."),
      );
    }
    applyGeoJson(store, file.name, places);
    return false;
  }
  if (isConflict(store.state, session)) {
    store.change((state) => {
      state.second = session;
      state.dialog = { kind: "session" };
    });
    return false;
  }
  return applySession(store, session);
}

/**
 * Takes over the decisions of a session. Pictures that are not open get theirs when they are opened.
 *
 * @returns Whether a field has to be searched again, at the scale of the session.
 */
export function applySession(store: Store, session: Session): boolean {
  const open = picturesOf(store.state);
  let searchesAgain = false;
  for (const picture of session.pictures) {
    const { sha256, review, enteredMpp } = picture;
    if (sha256 !== undefined) saveReview(sha256, review);
    for (const same of open.filter((other) => isSamePicture(picture, other))) {
      changeReview(store, same, review, t("Session opened."));
      if (!("search" in same) || same.enteredMpp === enteredMpp) continue;
      same.enteredMpp = enteredMpp;
      if (same.search.status !== "done") continue;
      queueSearch(same);
      searchesAgain = true;
    }
  }
  store.change((state) => {
    state.session = session;
    state.second = undefined;
    state.reviewer ||= session.reviewer;
    state.caseLabel ||= session.caseLabel;
    state.threshold = session.threshold ?? state.threshold;
    state.isUnsaved = false;
    state.announcement = t("Session opened.");
  });
  return searchesAgain;
}

/** Returns whether the person decided something about a picture that the session decides about too. */
function isConflict(state: State, session: Session): boolean {
  return picturesOf(state).some((open) =>
    !isEmptyReview(open.review) &&
    session.pictures.some((picture) => isSamePicture(picture, open))
  );
}

function picturesOf({ fields, patches }: State): Picture[] {
  return [...fields, ...patches];
}

/** Takes over the classes of the points of a GeoJSON as decisions about the field that it belongs to. */
function applyGeoJson(store: Store, fileName: string, places: readonly MarkedPlace[]): void {
  const { state } = store;
  const stem = fileName.replace(/\.(geo)?json$/i, "").replace(/ \(\d+\)$/, "");
  const field = state.fields.find(({ name }) => name.replace(/\.[^.]+$/, "") === stem) ??
    shownField(state);
  if (field === undefined || field.search.status !== "done") {
    throw new Error(
      t("Open the picture of this GeoJSON first, and wait until its search is done."),
    );
  }
  const outside = places.find(({ x, y }) => x < 0 || y < 0 || x > field.width || y > field.height);
  if (outside !== undefined) {
    throw new Error(
      t("The GeoJSON has a point outside of {name}, so it belongs to another picture.", {
        name: field.name,
      }),
    );
  }
  const { threshold } = state;
  const matched = matchPlaces(places, field.candidates, SAME_CELL_UM / drawingMpp(field));
  let { decisions } = field.review;
  for (const place of places) {
    const candidate = matched.get(place);
    const verdict = place.isMitosis ? "accepted" : "rejected";
    const isUntouched = place.isUntouched && candidate?.verdict === "undecided" &&
      isMitosis(candidate, threshold) === place.isMitosis;
    if (isUntouched || candidate?.verdict === verdict) continue;
    if (candidate === undefined && !place.isMitosis) continue;
    if (candidate?.probability === undefined && !place.isMitosis) {
      decisions = decisions.filter((decision) => decision !== candidate?.decision);
      continue;
    }
    decisions = withDecision(decisions, decisionFor(place, candidate, verdict));
  }
  const kept = new Set(matched.values());
  const missing = field.candidates.filter((candidate) =>
    isMitosis(candidate, threshold) && !kept.has(candidate)
  );
  changeReview(store, field, { decisions }, t("GeoJSON opened."));
  store.change((state) => {
    state.shown = field.id;
    if (missing.length > 0) {
      const ids = missing.map(({ id }) => id);
      state.dialog = { kind: "missing", fieldId: field.id, ids };
    }
  });
}

function decisionFor(
  { x, y, note }: MarkedPlace,
  candidate: Candidate | undefined,
  verdict: "accepted" | "rejected",
): Decision {
  const before = candidate?.decision;
  return {
    id: before?.id ?? candidate?.id ?? newId(),
    x: before?.x ?? candidate?.x ?? x,
    y: before?.y ?? candidate?.y ?? y,
    verdict,
    cellClass: undefined,
    note: note || (before?.note ?? ""),
    probability: candidate?.probability,
  };
}

/** Rejects candidates, because they are missing in a file that a person corrected. */
export function rejectMissing(store: Store, field: Field, ids: readonly number[]): void {
  let { decisions } = field.review;
  for (const candidate of field.candidates.filter(({ id }) => ids.includes(id))) {
    const { x, y, probability, decision } = candidate;
    decisions = probability === undefined
      ? decisions.filter((other) => other !== decision)
      : withDecision(
        decisions,
        decisionFor(
          { x, y, isMitosis: false, isUntouched: false, note: "" },
          candidate,
          "rejected",
        ),
      );
  }
  changeReview(store, field, { decisions }, t("Rejected."));
}
