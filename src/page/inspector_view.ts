/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { candidatesView } from "./candidates_view.ts";
import { FIELD_FORMATS, PATCH_FORMATS, save } from "./exports.ts";
import { icon } from "./icon.ts";
import { summaryOf } from "../result/summary.ts";
import { mitosesOf } from "./review.ts";
import { type Field, openField, type State } from "./state.ts";
import { thresholdView } from "./threshold_view.ts";

/** Beside the image: threshold, counts, scale, candidates, export. */
export function inspectorView(app: App): JSX.Element {
  const { state } = app.store;
  const field = openField(state);
  return h(
    "aside",
    { class: "inspector", "aria-label": "Result" },
    field === undefined ? patchCounts(state) : fieldCounts(field, state),
    thresholdView(app),
    field === undefined ? null : scaleView(app, field),
    field === undefined ? null : candidatesView(app, field),
    exportView(app, field),
    h("p", { class: "hint" }, "For research use only. Not for diagnostic use."),
  );
}

function patchCounts({ patches, threshold }: State): JSX.Element {
  const called = patches.filter(({ probability = -1 }) => probability >= threshold).length;
  return counts([
    [String(called), called === 1 ? "with a mitosis" : "with a mitosis"],
    [String(patches.length), patches.length === 1 ? "patch" : "patches"],
  ]);
}

function fieldCounts(field: Field, { threshold }: State): JSX.Element {
  const count = mitosesOf(field.candidates, threshold).length;
  const { areaMm2, perMm2 } = summaryOf(field, count);
  return counts([
    [String(count), count === 1 ? "mitosis" : "mitoses"],
    [field.status === "done" ? perMm2.toFixed(1) : "–", "per mm²"],
    [areaMm2.toPrecision(3), "mm²"],
  ]);
}

function counts(pairs: [value: string, what: string][]): JSX.Element {
  return h(
    "dl",
    { class: "counts" },
    ...pairs.map(([value, what]) =>
      h("div", { key: what }, h("dt", null, what), h("dd", null, value))
    ),
  );
}

function scaleView({ store, analysis }: App, field: Field): JSX.Element {
  const stale = field.analyzedMpp !== undefined && field.analyzedMpp !== field.mpp;
  const again = field.status === "failed" || field.status === "cancelled" || stale;
  return h(
    "section",
    { class: "scale", "aria-label": "Scale" },
    h(
      "label",
      { class: "row" },
      "Microns per pixel",
      h("input", {
        type: "number",
        min: 0.05,
        max: 2,
        step: 0.01,
        value: field.mpp,
        onChange: (event: Event) => {
          const input = event.currentTarget as HTMLInputElement;
          if (!input.reportValidity() || !(input.valueAsNumber > 0)) return;
          store.change(() => field.mpp = input.valueAsNumber);
        },
      }),
    ),
    field.status === "failed"
      ? h("p", { class: "problem", role: "alert" }, icon("warning"), field.message)
      : null,
    stale
      ? h("p", { class: "hint" }, `The mitoses were found at ${field.analyzedMpp} µm per pixel.`)
      : null,
    again
      ? h(
        "button",
        {
          type: "button",
          onClick: () => {
            store.change(() => field.status = "waiting");
            analysis.start();
          },
        },
        icon("again"),
        stale ? "Search again at this scale" : "Search again",
      )
      : null,
  );
}

function exportView(app: App, field: Field | undefined): JSX.Element {
  const formats = field === undefined ? PATCH_FORMATS : FIELD_FORMATS;
  return h(
    "section",
    { class: "export", "aria-label": "Take home" },
    h("h2", null, "Take home"),
    h(
      "div",
      { class: "buttons" },
      ...formats.map((format) =>
        h(
          "button",
          {
            key: format.name,
            type: "button",
            title: format.title,
            onClick: () =>
              save(app, format, field).catch((thrown: Error) =>
                app.store.change((state) => state.trouble = thrown.message)
              ),
          },
          icon("save"),
          format.name,
        )
      ),
    ),
  );
}
