/// <reference lib="dom" />
import type { App } from "./app.ts";
import { addByHand, judge, step } from "./correct.ts";
import { openField, type State } from "./state.ts";

/** Keys that work wherever the focus is, except in a text field or dialog. */
export function listenForKeys(app: App): void {
  document.addEventListener("keydown", (event) => {
    const { state } = app.store;
    const field = openField(state);
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || state.dialog !== undefined) return;
    if (target.matches("select, input:not([type=range])")) return;
    if (event.key === "[" || event.key === "]") return turn(app, event.key === "]" ? 0.01 : -0.01);
    if (field === undefined) return;
    const layer = ({ m: "marks", b: "below", h: "heat" } as const)[event.key.toLowerCase()];
    if (layer !== undefined) {
      return app.store.change(({ layers }) => layers[layer] = !layers[layer]);
    }
    switch (event.key) {
      case "a":
        return judge(app, "accepted");
      case "r":
        return judge(app, "rejected");
      case "n":
        if (!state.adding) app.viewer?.focus();
        return app.store.change((state: State) => state.adding = !state.adding);
      case "Escape":
        return app.store.change((state: State) => state.adding = false);
      case "Enter":
        if (state.adding && !target.matches("button, a") && app.viewer !== undefined) {
          event.preventDefault();
          addByHand(app, field, app.viewer.center());
        }
        return;
      case "ArrowDown":
      case "ArrowUp":
        if (target === document.body) step(app, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

function turn({ store }: App, by: number): void {
  store.change((state) => {
    state.threshold = Math.round(Math.min(1, Math.max(0, state.threshold + by)) * 100) / 100;
  });
}
