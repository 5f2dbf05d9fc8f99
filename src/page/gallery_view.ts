import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { icon } from "./icon.ts";
import { isMitosisPatch, probabilityOf } from "./patches.ts";
import type { Patch, PatchOrder, State } from "./state.ts";

/** Compares two patches, for each order. By probability, patches that are not scored come last. */
const COMPARE: Readonly<Record<PatchOrder, (a: Patch, b: Patch) => number>> = {
  probability: (a, b) => (probabilityOf(b) ?? -1) - (probabilityOf(a) ?? -1) || a.id - b.id,
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  added: (a, b) => a.id - b.id,
};

/** Shows the patches side by side, each with its probability and its result at the threshold. */
export function galleryView({ store }: App): JSX.Element {
  const { state } = store;
  const { patchOrder } = state;
  const explain = ({ name, png }: Patch) =>
    store.change((state) => state.dialog = { kind: "explain", name, patch: png });
  return h(
    "section",
    { class: "gallery", "aria-labelledby": "gallery-title" },
    h(
      "div",
      { class: "gallery-head" },
      h("h2", { id: "gallery-title" }, "Patches"),
      h(
        "label",
        null,
        "Sort by ",
        h(
          "select",
          {
            value: patchOrder,
            onChange: (event: Event) => {
              const { value } = event.currentTarget as HTMLSelectElement;
              store.change((state) => state.patchOrder = value as PatchOrder);
            },
          },
          h("option", { value: "probability" }, "probability"),
          h("option", { value: "name" }, "name"),
          h("option", { value: "added" }, "order added"),
        ),
      ),
    ),
    h(
      "ul",
      { class: "patches" },
      ...state.patches.toSorted(COMPARE[patchOrder]).map((patch) =>
        patchView(patch, state, () => explain(patch))
      ),
    ),
  );
}

function patchView(patch: Patch, { threshold }: State, explain: () => void): JSX.Element {
  const { id, name, url, scoring } = patch;
  const mitosis = isMitosisPatch(patch, threshold);
  return h(
    "li",
    { key: id, class: `patch ${mitosis ? "mitosis" : ""} ${scoring.status}` },
    h("img", { src: url, alt: "", width: 64, height: 64 }),
    h(
      "div",
      { class: "patch-text" },
      h("span", { class: "patch-name", title: name }, name),
      ...scoringView(patch, mitosis),
    ),
    h(
      "button",
      {
        type: "button",
        class: "small",
        disabled: scoring.status !== "done",
        "aria-label": `Explain ${name}`,
        title: "Show what the probability depends on",
        onClick: explain,
      },
      icon("eye"),
      "Explain",
    ),
  );
}

function scoringView({ name, scoring }: Patch, mitosis: boolean): JSX.Element[] {
  if (scoring.status === "failed") {
    return [h("span", { class: "patch-problem" }, icon("warning"), scoring.message)];
  }
  if (scoring.status !== "done") return [h("span", { class: "hint" }, scoring.status)];
  return [
    h(
      "span",
      { class: "patch-result" },
      h("strong", null, scoring.probability.toFixed(3)),
      h("span", null, mitosis ? "mitosis" : "no mitosis"),
    ),
    h("meter", {
      min: 0,
      max: 1,
      value: scoring.probability,
      "aria-label": `Probability of a mitosis in ${name}`,
    }),
  ];
}
