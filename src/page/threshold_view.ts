/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { t } from "./language.ts";
import { probabilityOf } from "./patches.ts";
import { shownField, type State } from "./state.ts";

/** Step of the threshold. It fits thresholds such as 0.965 of the embedded model. */
export const THRESHOLD_STEP = 0.005;

/** Number of bars of the histogram. */
const BINS = 40;

/** Shows a histogram of the probabilities, and below it the slider of the threshold. */
export function thresholdView({ store }: App): JSX.Element {
  const { state } = store;
  const { threshold, model } = state;
  const setThreshold = (value: number) => store.change((state) => state.threshold = value);
  return h(
    "section",
    { class: "threshold" },
    h(
      "div",
      { class: "row" },
      h("label", { for: "threshold" }, t("Threshold")),
      h("output", { for: "threshold" }, String(Number(threshold.toFixed(3)))),
    ),
    histogram(state),
    h("input", {
      id: "threshold",
      type: "range",
      min: 0,
      max: 1,
      step: THRESHOLD_STEP,
      value: threshold,
      onInput: (event: Event) =>
        setThreshold((event.currentTarget as HTMLInputElement).valueAsNumber),
    }),
    model !== undefined && threshold !== model.threshold
      ? h(
        "button",
        { type: "button", class: "small", onClick: () => setThreshold(model.threshold) },
        t("Back to the model's threshold, {threshold}", { threshold: model.threshold }),
      )
      : h(
        "p",
        { class: "visually-hidden" },
        t("A probability of this value or more counts as a mitosis."),
      ),
  );
}

/** Draws a histogram of the probabilities that are shown, with a logarithmic height of the bars. */
function histogram(state: State): JSX.Element {
  const bins = new Array<number>(BINS).fill(0);
  for (const probability of shownProbabilities(state)) {
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
      const mitosis = (bin + 0.5) / BINS >= state.threshold;
      return h("rect", {
        key: bin,
        class: mitosis ? "mitosis" : "",
        x: bin + 0.1,
        width: 0.8,
        y: 10 - height,
        height,
      });
    }),
  );
}

function shownProbabilities(state: State): (number | undefined)[] {
  const field = shownField(state);
  if (field === undefined) return state.patches.map(probabilityOf);
  return field.candidates.map(({ probability }) => probability);
}
