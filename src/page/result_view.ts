/// <reference lib="dom" />
import { h, type JSX } from "preact";
import { researchUseOnly } from "../research_use.ts";
import { formats } from "../result/output/formats.ts";
import { summaryOf } from "../result/summary.ts";
import type { App } from "./app.ts";
import { countMitoses, formatMitoses } from "./candidate.ts";
import { candidatesView } from "./candidates_view.ts";
import { fieldFormats, saveField, savePatches } from "./exports.ts";
import { isScaleSure, showsCandidates } from "./field_search.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { Lazy } from "./lazy.ts";
import { countPatches } from "./patches.ts";
import { describeScale } from "./scale.ts";
import { scaleNote, scaleView } from "./scale_view.ts";
import { type Field, type ResultTab, shownField } from "./state.ts";
import { thresholdView } from "./threshold_view.ts";

/** Shows the result beside the image: counts, threshold, scale, candidates, exports. */
export function resultView(app: App): JSX.Element {
  const field = shownField(app.store.state);
  return h(
    "aside",
    { class: "result", "aria-label": t("Result") },
    ...(field === undefined ? patchesResult(app) : fieldResult(app, field)),
    h("p", { class: "hint" }, researchUseOnly),
  );
}

function patchesResult(app: App): (JSX.Element | null)[] {
  const { store, queue } = app;
  const { mitoses, scored, total, decided, pending, failed, cancelled } = countPatches(store.state);
  const unscored = [
    ...(failed > 0 ? [t("{count} failed", { count: failed })] : []),
    ...(cancelled > 0 ? [t("{count} cancelled", { count: cancelled })] : []),
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
      [String(mitoses), pending > 0 ? t("with a mitosis so far") : t("with a mitosis")],
      [pending > 0 ? `${scored} / ${total}` : String(scored), t("scored")],
      ...(decided > 0 ? [[String(decided), t("reviewed")] as const] : []),
    ]),
    unscored === "" ? null : problemView(`${t("Patches that are not counted")}: ${unscored}.`),
    unscored === "" || pending > 0
      ? null
      : h("button", { type: "button", onClick: scoreAgain }, icon("again"), t("Score them again")),
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
    searchView(app, field),
    scaleView(app, field),
    showsList ? tabsView(app) : null,
    ...(showsList ? tabView(app, field) : []),
  ];
}

/** The parts of a result, with their names. */
const TABS: readonly (readonly [ResultTab, string])[] = [
  ["candidates", "Candidates"],
  ["counting", "Counting"],
  ["export", "Export"],
];

function tabsView({ store }: App): JSX.Element {
  const { tab } = store.state;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const index = TABS.findIndex(([name]) => name === tab) + step;
    const [next] = TABS[(index + TABS.length) % TABS.length] ?? [tab];
    if (step === 0) return;
    store.change((state) => state.tab = next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": t("Result"), onKeyDown },
    ...TABS.map(([name, text]) =>
      h("button", {
        key: name,
        id: `tab-${name}`,
        type: "button",
        role: "tab",
        "aria-selected": tab === name,
        tabIndex: tab === name ? 0 : -1,
        onClick: () => store.change((state) => state.tab = name),
      }, t(text))
    ),
  );
}

const loadCounting = () => import("./counting/counting_view.ts");

function tabView(app: App, field: Field): (JSX.Element | null)[] {
  switch (app.store.state.tab) {
    case "candidates":
      return [thresholdView(app), candidatesView(app, field)];
    case "counting":
      return [h(Lazy, { key: "counting", app, load: loadCounting })];
    case "export":
      return [
        field.search.status === "done"
          ? exportView(
            app,
            fieldFormats.map((format) => ({ format, save: () => saveField(app, format, field) })),
          )
          : h("p", { class: "hint" }, t("Files can be saved when the search is done.")),
      ];
  }
}

/** Shows the state of a search. Only a search that is done has a final count and a density. */
function searchView(app: App, field: Field): JSX.Element {
  const { threshold } = app.store.state;
  const { search } = field;
  const count = countMitoses(field.candidates, threshold);
  switch (search.status) {
    case "waiting":
      return h("p", { class: "hint" }, t("Waiting until other images are done."));
    case "searching":
      return h(
        "div",
        null,
        countsView([[String(count), count === 1 ? t("mitosis so far") : t("mitoses so far")]]),
        h(
          "p",
          { class: "hint" },
          t("Searching: {percent} %. This is not the final count.", {
            percent: Math.round(search.progress * 100),
          }),
        ),
      );
    case "failed":
      return problemView(`${t("The search failed.")} ${search.message}`);
    case "cancelled":
      return h("p", { class: "hint" }, t("The search was cancelled, so there is no result."));
    case "done": {
      const { mpp } = search.scale;
      const { areaMm2, perMm2 } = summaryOf({ ...field, mpp }, count);
      return h(
        "div",
        null,
        countsView([
          [String(count), count === 1 ? t("mitosis") : t("mitoses")],
          [perMm2.toFixed(1), isScaleSure(field) ? t("per mm²") : t("per mm², not final")],
          [areaMm2.toPrecision(3), "mm²"],
        ]),
        truncationNote(field, threshold),
        scaleNote(app, field, search.scale),
      );
    }
  }
}

/** Says which count is incomplete if the service did not list all that it found. */
function truncationNote({ search, found }: Field, threshold: number): JSX.Element | null {
  if (search.status !== "done" || !search.isTruncated) return null;
  const lowest = found.reduce((least, { probability }) => Math.min(least, probability), 1);
  const values = { count: found.length, lowest: lowest.toFixed(3) };
  return h(
    "p",
    { class: threshold < lowest ? "problem" : "hint" },
    t("The service listed only the {count} most probable cells.", values),
    " ",
    t("Below a threshold of {lowest} the count is too low.", values),
  );
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

/** Copies the count of a field, with what it depends on, to the clipboard. */
async function copyResult({ store }: App, field: Field): Promise<void> {
  const { search, review, name } = field;
  if (search.status !== "done") return;
  const { threshold, model } = store.state;
  const isSure = isScaleSure(field);
  const count = countMitoses(field.candidates, threshold);
  const { areaMm2, perMm2 } = summaryOf({ ...field, mpp: search.scale.mpp }, count);
  const decided = review.decisions.filter(({ verdict }) => verdict !== "undecided").length;
  const text = [
    `${name}: ${formatMitoses(count)}, ${areaMm2.toPrecision(3)} mm², ` +
    `${perMm2.toFixed(1)} ${isSure ? t("per mm²") : t("per mm², not final")}`,
    `${describeScale(search.scale, isSure)}, ${t("Threshold")} ${Number(threshold.toFixed(3))}, ` +
    `${model?.name ?? ""} ${model?.version ?? ""}, ${t("{count} reviewed", { count: decided })}`,
    researchUseOnly,
  ].join("\n");
  try {
    await navigator.clipboard.writeText(text);
    store.change((state) => state.announcement = t("Copied."));
  } catch {
    store.change((state) => state.problem = t("The browser does not let this page copy."));
  }
}

/** A button that saves a file in one format. */
interface ExportButton {
  readonly format: keyof typeof formats;
  save(): void | Promise<void>;
}

function exportView(app: App, buttons: readonly ExportButton[]): JSX.Element {
  const { store } = app;
  const field = shownField(store.state);
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
    h("h2", { id: "export-title" }, t("Export")),
    h(
      "div",
      { class: "buttons" },
      ...buttons.map((button) => {
        const { title, description } = formats[button.format];
        return h(
          "button",
          { key: title, type: "button", title: t(description), onClick: () => press(button) },
          icon("save"),
          title,
        );
      }),
    ),
    field === undefined ? null : h(
      "button",
      { type: "button", onClick: () => copyResult(app, field) },
      t("Copy the result as text"),
    ),
    field === undefined ? null : h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        checked: store.state.exportsRejected,
        onChange: () => store.change((state) => state.exportsRejected = !state.exportsRejected),
      }),
      t("Include rejected cells"),
    ),
  );
}
