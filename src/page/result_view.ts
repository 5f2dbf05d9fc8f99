/// <reference lib="dom" />
import { h, type JSX } from "preact";
import { researchUseOnly } from "../research_use.ts";
import { formats } from "../result/output/formats.ts";
import { summaryOf } from "../result/summary.ts";
import type { App } from "./app.ts";
import { mitosesOf } from "./candidate.ts";
import { candidatesView } from "./candidates_view.ts";
import { fieldFormats, saveField, savePatches } from "./exports.ts";
import { showsCandidates } from "./field_search.ts";
import { icon } from "./icon.ts";
import { countPatches } from "./patches.ts";
import { scaleNote, scaleView } from "./scale_view.ts";
import { type Field, shownField, type State } from "./state.ts";
import { thresholdView } from "./threshold_view.ts";

/** Shows the result beside the image: counts, threshold, scale, candidates, exports. */
export function resultView(app: App): JSX.Element {
  const field = shownField(app.store.state);
  return h(
    "aside",
    { class: "result", "aria-label": "Result" },
    ...(field === undefined ? patchesResult(app) : fieldResult(app, field)),
    h("p", { class: "hint" }, researchUseOnly),
  );
}

function patchesResult(app: App): (JSX.Element | null)[] {
  const { store, queue } = app;
  const { mitoses, scored, total, pending, failed, cancelled } = countPatches(store.state);
  const unscored = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ].join(", ");
  const scoreAgain = () => {
    store.change(({ patches }) => {
      for (const patch of patches) {
        if (patch.scoring.status !== "done") patch.scoring = { status: "waiting" };
      }
    });
    queue.start();
  };
  return [
    scored === 0 && pending === 0 ? null : countsView([
      [String(mitoses), pending > 0 ? "with a mitosis so far" : "with a mitosis"],
      [pending > 0 ? `${scored} of ${total}` : String(scored), "scored"],
    ]),
    unscored === "" ? null : problemView(`Patches that are not counted: ${unscored}.`),
    unscored === "" || pending > 0
      ? null
      : h("button", { type: "button", onClick: scoreAgain }, icon("again"), "Score them again"),
    thresholdView(app),
    scored > 0 && pending === 0
      ? exportView(app, [{ format: "csv", save: () => savePatches(app) }])
      : null,
  ];
}

function fieldResult(app: App, field: Field): (JSX.Element | null)[] {
  const showsList = showsCandidates(field);
  return [
    h("h2", { class: "result-name", title: field.name }, field.name),
    searchView(field, app.store.state),
    showsList ? thresholdView(app) : null,
    scaleView(app, field),
    showsList ? candidatesView(app, field) : null,
    field.search.status === "done"
      ? exportView(
        app,
        fieldFormats.map((format) => ({ format, save: () => saveField(app, format, field) })),
      )
      : null,
  ];
}

/** Shows the state of a search. Only a search that is done has a final count and a density. */
function searchView(field: Field, { threshold }: State): JSX.Element {
  const { search } = field;
  const count = mitosesOf(field.candidates, threshold).length;
  switch (search.status) {
    case "waiting":
      return h("p", { class: "hint" }, "Waiting until other images are done.");
    case "searching":
      return h(
        "div",
        null,
        countsView([[String(count), count === 1 ? "mitosis so far" : "mitoses so far"]]),
        h(
          "p",
          { class: "hint" },
          `Searching: ${Math.round(search.progress * 100)} %. This is not the final count.`,
        ),
      );
    case "failed":
      return problemView(`The search failed. ${search.message}`);
    case "cancelled":
      return h("p", { class: "hint" }, "The search was cancelled, so there is no result.");
    case "done": {
      const { mpp } = search.scale;
      const { areaMm2, perMm2 } = summaryOf({ ...field, mpp }, count);
      return h(
        "div",
        null,
        countsView([
          [String(count), count === 1 ? "mitosis" : "mitoses"],
          [perMm2.toFixed(1), "per mm²"],
          [areaMm2.toPrecision(3), "mm²"],
        ]),
        scaleNote(search.scale),
      );
    }
  }
}

function countsView(pairs: readonly (readonly [value: string, what: string])[]): JSX.Element {
  return h(
    "dl",
    { class: "counts" },
    ...pairs.map(([value, what]) =>
      h("div", { key: what }, h("dt", null, what), h("dd", null, value))
    ),
  );
}

function problemView(text: string): JSX.Element {
  return h("p", { class: "problem", role: "alert" }, icon("warning"), h("span", null, text));
}

/** A button that saves a file in one format. */
interface ExportButton {
  readonly format: keyof typeof formats;
  save(): void | Promise<void>;
}

function exportView({ store }: App, buttons: readonly ExportButton[]): JSX.Element {
  const press = async ({ save }: ExportButton) => {
    try {
      await save();
    } catch (thrown) {
      store.change((state) =>
        state.problem = thrown instanceof Error ? thrown.message : String(thrown)
      );
    }
  };
  return h(
    "section",
    { class: "export", "aria-labelledby": "export-title" },
    h("h2", { id: "export-title" }, "Export"),
    h(
      "div",
      { class: "buttons" },
      ...buttons.map((button) => {
        const { title, description } = formats[button.format];
        return h(
          "button",
          { key: title, type: "button", title: description, onClick: () => press(button) },
          icon("save"),
          title,
        );
      }),
    ),
  );
}
