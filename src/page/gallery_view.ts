import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { icon } from "./icon.ts";
import type { Patch, PatchOrder, State } from "./state.ts";

const ORDERS: Record<PatchOrder, (a: Patch, b: Patch) => number> = {
  probability: (a, b) => (b.probability ?? -1) - (a.probability ?? -1) || a.id - b.id,
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  added: (a, b) => a.id - b.id,
};

/** The patches side by side, each with its probability and what that means at the threshold. */
export function galleryView({ store }: App): JSX.Element {
  const { state } = store;
  const { order } = state;
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
            value: order,
            onChange: (event: Event) => {
              const { value } = event.currentTarget as HTMLSelectElement;
              store.change((changed) => changed.order = value as PatchOrder);
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
      ...state.patches.toSorted(ORDERS[order]).map((patch) =>
        patchView(
          patch,
          state,
          () =>
            store.change((changed) =>
              changed.dialog = { kind: "explain", name: patch.name, patch: patch.png }
            ),
        )
      ),
    ),
  );
}

function patchView(patch: Patch, { threshold }: State, explain: () => void): JSX.Element {
  const { id, name, url, status, probability, message } = patch;
  const called = probability !== undefined && probability >= threshold;
  return h(
    "li",
    { key: id, class: `patch ${called ? "called" : ""}` },
    h("img", { src: url, alt: "", width: 64, height: 64 }),
    h(
      "div",
      { class: "patch-text" },
      h("span", { class: "patch-name", title: name }, name),
      probability === undefined
        ? h("span", { class: "hint" }, status === "failed" ? message : `${status} …`)
        : h(
          "span",
          { class: "verdict" },
          h("strong", null, probability.toFixed(3)),
          h("span", null, called ? "mitosis" : "no mitosis"),
        ),
      probability === undefined ? null : h("meter", {
        min: 0,
        max: 1,
        value: probability,
        "aria-label": `Probability of a mitosis in ${name}`,
      }),
    ),
    h(
      "button",
      {
        type: "button",
        class: "small",
        "aria-label": `Why? What the model looked at in ${name}`,
        onClick: explain,
      },
      icon("eye"),
      "Why?",
    ),
  );
}
