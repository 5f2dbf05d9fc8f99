/// <reference lib="dom" />
import type { App } from "./app.ts";
import { addByHand, reviewCandidate, stepSelection } from "./candidate_actions.ts";
import { shownField } from "./state.ts";

/** The keyboard shortcuts, as the page lists them. */
export const SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ["↑ ↓", "Select the previous or next candidate and show it"],
  ["A", "Accept the selected candidate"],
  ["R", "Reject the selected candidate, or remove it if it was added by hand"],
  ["N", "Start adding mitoses by hand; Enter adds one at the cross"],
  ["M, B, D", "Show or hide the marks, the candidates below the threshold, the density map"],
  ["[ ]", "Lower or raise the threshold"],
  ["Arrows, + −, 0", "Move, zoom, show all, while the image has the focus"],
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
    if (event.ctrlKey || event.metaKey || event.altKey || state.dialog !== undefined) return;
    if (target.matches("select, input:not([type=range])")) return;
    if (event.key === "[") return changeThreshold(app, -0.01);
    if (event.key === "]") return changeThreshold(app, 0.01);
    if (field === undefined) return;
    const layer = LAYER_KEYS[event.key.toLowerCase() as keyof typeof LAYER_KEYS];
    if (layer !== undefined) {
      return app.store.change(({ layers }) => layers[layer] = !layers[layer]);
    }
    switch (event.key) {
      case "a":
        return reviewCandidate(app, "accepted");
      case "r":
        return reviewCandidate(app, "rejected");
      case "n":
        if (!state.adding) app.viewer?.focus();
        return app.store.change((state) => state.adding = !state.adding);
      case "Escape":
        return app.store.change((state) => state.adding = false);
      case "Enter":
        if (state.adding && !target.matches("button, a")) {
          event.preventDefault();
          addByHand(app, field, app.viewer?.center());
        }
        return;
      case "ArrowDown":
      case "ArrowUp":
        if (target === document.body) stepSelection(app, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

/** Changes the threshold, which stays within 0 to 1 and is rounded to hundredths. */
function changeThreshold({ store }: App, by: number): void {
  store.change((state) => {
    state.threshold = Math.round(Math.min(1, Math.max(0, state.threshold + by)) * 100) / 100;
  });
}
