/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { openField, type State } from "./state.ts";

const BINS = 40;

/** The slider, under a histogram of what the model said, so that one sees what a move would change. */
export function thresholdView({ store }: App): JSX.Element {
  const { state } = store;
  const { threshold, model } = state;
  const set = (value: number) => store.change((changed) => changed.threshold = value);
  return h(
    "section",
    { class: "threshold" },
    h(
      "div",
      { class: "row" },
      h("label", { for: "threshold" }, "Threshold"),
      h("output", { for: "threshold" }, String(Number(threshold.toFixed(3)))),
    ),
    histogram(state),
    h("input", {
      id: "threshold",
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      value: threshold,
      onInput: (event: Event) => set((event.currentTarget as HTMLInputElement).valueAsNumber),
    }),
    model !== undefined && threshold !== model.threshold
      ? h(
        "button",
        { type: "button", class: "small", onClick: () => set(model.threshold) },
        `Back to the model's ${model.threshold}`,
      )
      : h("p", { class: "hint" }, "From this probability on it counts as a mitosis."),
  );
}

function histogram(state: State): JSX.Element {
  const bins = new Array<number>(BINS).fill(0);
  for (const { probability } of openField(state)?.candidates ?? state.patches) {
    if (probability === undefined) continue;
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const highest = Math.log1p(Math.max(1, ...bins));
  return h(
    "svg",
    {
      class: "histogram",
      viewBox: `0 0 ${BINS} 10`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    ...bins.map((count, bin) => {
      const height = 10 * Math.log1p(count) / highest;
      const called = (bin + 0.5) / BINS >= state.threshold;
      return h("rect", {
        key: bin,
        class: called ? "called" : "",
        x: bin + 0.1,
        width: 0.8,
        y: 10 - height,
        height,
      });
    }),
  );
}
