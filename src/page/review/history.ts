/// <reference lib="dom" />
import { refreshCandidates } from "../field_search.ts";
import { t } from "../language.ts";
import type { Change, Picture, State, Store } from "../state.ts";
import { saveReview } from "./autosave.ts";
import { isEmptyReview, type PictureReview } from "./decision.ts";

/** Maximum number of changes that can be undone. */
const MAX_UNDO = 500;

/**
 * Changes the review of a picture and saves it in this browser. The change can be undone.
 *
 * @param announcement What screen readers read out.
 */
export function changeReview(
  store: Store,
  picture: Picture,
  edit: Partial<PictureReview>,
  announcement: string,
): void {
  store.change((state) => {
    const change = { picture, before: picture.review, after: { ...picture.review, ...edit } };
    state.undo = [...state.undo, change].slice(-MAX_UNDO);
    state.redo = [];
    applyReview(state, picture, change.after);
    state.announcement = announcement;
  });
}

/** Undoes the last change of a review, and shows the picture. */
export function undoChange(store: Store): void {
  store.change((state) => {
    const change = state.undo.pop();
    if (change === undefined) return;
    state.redo.push(change);
    showChange(state, change, change.before);
    state.announcement = t("Undone.");
  });
}

/** Makes the change again that was undone last, and shows the picture. */
export function redoChange(store: Store): void {
  store.change((state) => {
    const change = state.redo.pop();
    if (change === undefined) return;
    state.undo.push(change);
    showChange(state, change, change.after);
    state.announcement = t("Done again.");
  });
}

/** Takes the changes of a picture that is closed off the history. */
export function forgetChanges(state: State, closed: Picture): void {
  state.undo = state.undo.filter(({ picture }) => picture !== closed);
  state.redo = state.redo.filter(({ picture }) => picture !== closed);
}

/** Gives a picture, and each copy of it that is open, a review, and saves it in this browser. */
export function applyReview(state: State, picture: Picture, review: PictureReview): void {
  for (const same of [...state.fields, ...state.patches]) {
    const isCopy = picture.sha256 !== undefined && same.sha256 === picture.sha256;
    if (same !== picture && !isCopy) continue;
    same.review = review;
    if ("search" in same) refreshCandidates(same);
  }
  state.isUnsaved = true;
  const isSaved = picture.sha256 !== undefined && saveReview(picture.sha256, review);
  if (!isSaved && !isEmptyReview(review)) {
    state.problem = t(
      "This browser cannot keep your decisions, so save a session before you leave the page.",
    );
  }
}

function showChange(state: State, { picture, before, after }: Change, review: PictureReview): void {
  applyReview(state, picture, review);
  state.shown = "search" in picture ? picture.id : "patches";
  if (!("search" in picture)) return;
  const changed = [...before.decisions, ...after.decisions].find((decision) =>
    !(before.decisions.includes(decision) && after.decisions.includes(decision))
  );
  const candidate = picture.candidates.find(({ id, decision }) =>
    id === changed?.id || decision?.id === changed?.id
  );
  if (candidate !== undefined) picture.selected = candidate.id;
}
