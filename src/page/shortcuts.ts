/// <reference lib="dom" />
import type { App } from "./app.ts";
import {
  decideSelected,
  selectNextUndecided,
  shownCandidates,
  stepSelection,
} from "./candidate_actions.ts";
import { t } from "./language.ts";
import { redoChange, undoChange } from "./review/history.ts";
import type { Verdict } from "./review/decision.ts";
import { useTool } from "./tools.ts";
import { THRESHOLD_STEP } from "./threshold_view.ts";
import { type Field, shownField, type State } from "./state.ts";

/** The keyboard shortcuts, as the page lists them. */
export const SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ["↑ ↓", "Select the previous or next candidate and show it"],
  ["A", "Accept the selected candidate and go on to the next one"],
  ["R", "Reject the selected candidate and go on; remove it if it was added by hand"],
  ["U", "Take the decision about the selected candidate back"],
  ["Ctrl Z, Ctrl Shift Z", "Undo the last decision, make it again"],
  [", .", "Show the previous or next image"],
  ["G", "Show the gallery of candidates, or the image"],
  ["N", "Start adding mitoses by hand; Enter adds one at the cross"],
  ["M, B, D", "Show or hide the marks, the candidates below the threshold, the density map"],
  ["[ ]", "Lower or raise the threshold"],
  ["Arrows, + −, 0", "Move, zoom, show all, while the image has the focus"],
  ["?", "Show the keyboard shortcuts"],
  ["Esc", "Stop adding mitoses, or close a dialog"],
];

/** Keys that switch a layer of the viewer. */
const LAYER_KEYS = { m: "marks", b: "below", d: "density" } as const;

/**
 * Listens for the keyboard shortcuts. They work wherever the focus is, except in a text field, a selection
 * list or a dialog. The arrow keys select candidates only while no element has the focus, because the list
 * and the image handle these keys themselves.
 */
export function listenForShortcuts(app: App): void {
  document.addEventListener("keydown", (event) => {
    const { state } = app.store;
    const field = shownField(state);
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (event.altKey || state.dialog !== undefined) return;
    if (target.matches("select, textarea, input:not([type=range], [type=checkbox])")) return;
    if (event.ctrlKey || event.metaKey) {
      const isRedo = event.key === "y" || event.key === "Z";
      if (!isRedo && event.key !== "z") return;
      event.preventDefault();
      return isRedo ? redoChange(app.store) : undoChange(app.store);
    }
    if (event.key === "?") {
      return app.store.change((state) => state.dialog = { kind: "shortcuts" });
    }
    if (event.key === "[") return changeThreshold(app, -THRESHOLD_STEP);
    if (event.key === "]") return changeThreshold(app, THRESHOLD_STEP);
    if (state.isReport) return;
    if (event.key === "," || event.key === ".") return stepImage(app, event.key === "." ? 1 : -1);
    if (field === undefined) return;
    const layer = LAYER_KEYS[event.key.toLowerCase() as keyof typeof LAYER_KEYS];
    if (layer !== undefined) {
      return app.store.change(({ layers }) => layers[layer] = !layers[layer]);
    }
    switch (event.key) {
      case "a":
        return decideByKey(app, field, "accepted");
      case "r":
        return decideByKey(app, field, "rejected");
      case "u":
        return decideByKey(app, field, "undecided");
      case "n":
        return app.store.change((state) => {
          state.tool = state.tool === "add" ? "select" : "add";
          state.pane = "viewer";
          if (state.tool === "add") app.viewer?.focus();
        });
      case "g":
        return app.store.change((state) => {
          state.pane = state.pane === "review" ? "viewer" : "review";
          selectFirstInGallery(state);
        });
      case "Escape":
        return app.store.change((state) => {
          state.tool = "select";
          state.draft = [];
        });
      case "Enter":
        if (state.tool !== "select" && !target.matches("button, a")) {
          event.preventDefault();
          useTool(app, field, app.viewer?.center());
        }
        return;
      case "ArrowDown":
      case "ArrowUp":
        if (target !== document.body) return;
        return stepSelection(
          app,
          field,
          shownCandidates(field, state),
          event.key === "ArrowDown" ? 1 : -1,
        );
    }
  });
}

/** Decides about the selected candidate, and selects the next one about which nothing was decided. */
function decideByKey(app: App, field: Field, verdict: Verdict): void {
  const candidates = shownCandidates(field, app.store.state);
  decideSelected(app, field, verdict);
  if (!app.store.state.advances || verdict === "undecided") return;
  if (!selectNextUndecided(app, field, candidates)) {
    app.store.change((state) => state.announcement = t("All of these are reviewed."));
  }
}

/** Shows the next image of the list, or the previous one. */
function stepImage({ store }: App, by: 1 | -1): void {
  store.change((state) => {
    const { patches, fields } = state;
    const entries = [
      ...(patches.length > 0 ? ["patches" as const] : []),
      ...fields.map(({ id }) => id),
    ];
    const index = entries.findIndex((id) => id === state.shown) + by;
    state.shown = entries[Math.min(entries.length - 1, Math.max(0, index))];
    state.tool = "select";
    state.draft = [];
    selectFirstInGallery(state);
  });
}

/** In the gallery, selects the first candidate without a decision unless another one is selected. */
function selectFirstInGallery(state: State): void {
  const field = shownField(state);
  if (field === undefined || state.pane !== "review") return;
  field.selected ??= shownCandidates(field, state)
    .find(({ verdict }) => verdict === "undecided")?.id;
}

/** Changes the threshold, which stays within 0 to 1 and is a multiple of a step. */
function changeThreshold({ store }: App, by: number): void {
  store.change((state) => {
    const steps = Math.round((state.threshold + by) / THRESHOLD_STEP);
    state.threshold = Math.min(1, Math.max(0, steps / (1 / THRESHOLD_STEP)));
  });
}
