import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { isMitosisPatch, probabilityOf, verdictOf } from "./patches.ts";
import type { Verdict } from "./review/decision.ts";
import { changeReview } from "./review/history.ts";
import { newId, type Patch, type PatchOrder, type State } from "./state.ts";

/** Compares two patches, for each order. By probability, patches that are not scored come last. */
const COMPARE: Readonly<Record<PatchOrder, (a: Patch, b: Patch) => number>> = {
  probability: (a, b) => (probabilityOf(b) ?? -1) - (probabilityOf(a) ?? -1) || a.id - b.id,
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  added: (a, b) => a.id - b.id,
};

/** Shows the patches side by side, each with its probability and its result at the threshold. */
export function galleryView(app: App): JSX.Element {
  const { store } = app;
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
      h("h2", { id: "gallery-title" }, t("Patches")),
      h(
        "label",
        null,
        `${t("Sort by")} `,
        h(
          "select",
          {
            value: patchOrder,
            onChange: (event: Event) => {
              const { value } = event.currentTarget as HTMLSelectElement;
              store.change((state) => state.patchOrder = value as PatchOrder);
            },
          },
          h("option", { value: "probability" }, t("probability")),
          h("option", { value: "name" }, t("name")),
          h("option", { value: "added" }, t("order added")),
        ),
      ),
    ),
    h(
      "ul",
      { class: "patches" },
      ...state.patches.toSorted(COMPARE[patchOrder]).map((patch) =>
        patchView(patch, state, {
          explain: () => explain(patch),
          decide: (verdict) => decidePatch(app, patch, verdict),
        })
      ),
    ),
  );
}

/** What a person can do with a patch. */
interface PatchActions {
  explain(): void;
  decide(verdict: Verdict): void;
}

/** Decides about a patch. The same decision a second time makes it undecided again. */
function decidePatch({ store }: App, patch: Patch, verdict: Verdict): void {
  const isSame = verdictOf(patch) === verdict;
  const decision = {
    id: newId(),
    x: 0,
    y: 0,
    verdict,
    cellClass: undefined,
    note: "",
    probability: probabilityOf(patch),
  };
  changeReview(
    store,
    patch,
    { decisions: isSame ? [] : [decision] },
    isSame ? t("Undecided.") : verdict === "accepted" ? t("Accepted.") : t("Rejected."),
  );
}

function patchView(
  patch: Patch,
  { threshold }: State,
  { explain, decide }: PatchActions,
): JSX.Element {
  const { id, name, url, scoring } = patch;
  const mitosis = isMitosisPatch(patch, threshold);
  const verdict = verdictOf(patch);
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
      "div",
      { class: "patch-buttons" },
      patchButton(
        "accept",
        t("Mitosis: {name}", { name }),
        verdict === "accepted",
        () => decide("accepted"),
      ),
      patchButton(
        "reject",
        t("No mitosis: {name}", { name }),
        verdict === "rejected",
        () => decide("rejected"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "small",
          disabled: scoring.status !== "done",
          "aria-label": t("Explain {name}", { name }),
          title: t("Show what the probability depends on"),
          onClick: explain,
        },
        icon("eye"),
        t("Explain"),
      ),
    ),
  );
}

function patchButton(
  name: "accept" | "reject",
  label: string,
  pressed: boolean,
  onClick: () => void,
): JSX.Element {
  return h(
    "button",
    {
      type: "button",
      class: "small",
      title: label,
      "aria-label": label,
      "aria-pressed": pressed,
      onClick,
    },
    icon(name),
  );
}

function scoringView(patch: Patch, mitosis: boolean): JSX.Element[] {
  const { name, scoring } = patch;
  const verdict = verdictOf(patch);
  if (scoring.status === "failed") {
    return [h("span", { class: "patch-problem" }, icon("warning"), scoring.message)];
  }
  if (scoring.status !== "done") return [h("span", { class: "hint" }, t(scoring.status))];
  return [
    h(
      "span",
      { class: "patch-result" },
      h("strong", null, scoring.probability.toFixed(3)),
      h(
        "span",
        null,
        verdict !== "undecided" ? t(verdict) : mitosis ? t("mitosis") : t("no mitosis"),
      ),
    ),
    h("meter", {
      min: 0,
      max: 1,
      value: scoring.probability,
      "aria-label": t("Probability of a mitosis in {name}", { name }),
    }),
  ];
}
