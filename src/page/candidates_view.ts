/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { judge, listed, select, step } from "./correct.ts";
import { Crop, patchAt } from "./crop.ts";
import { icon } from "./icon.ts";
import { type Candidate, isMitosis } from "./review.ts";
import type { Field } from "./state.ts";

/** The candidates of a field: click flies there, arrow keys step, A accepts, R rejects. */
export function candidatesView(app: App, field: Field): JSX.Element {
  const { state } = app.store;
  const candidates = listed(field, state);
  const selected = field.candidates.find(({ id }) => id === field.selected);
  return h(
    "section",
    { class: "candidates", "aria-labelledby": "candidates-title" },
    h("h2", { id: "candidates-title" }, "Candidates"),
    h("div", {
      class: "buttons",
      role: "group",
      "aria-label": "The selected candidate",
    }, ...correctionButtons(app, field, selected)),
    candidates.length === 0 ? h("p", { class: "hint" }, emptyText(field)) : h(
      "ul",
      {
        key: field.id,
        id: "candidates",
        role: "listbox",
        tabIndex: 0,
        "aria-label": "Candidates, the likeliest first",
        "aria-activedescendant": selected ? `candidate-${selected.id}` : undefined,
        onKeyDown: (event: KeyboardEvent) => onKey(app, event, candidates.length),
        onFocus: () => selected ?? step(app, 1),
      },
      ...candidates.map((candidate, i) => candidateView(app, field, candidate, i + 1)),
    ),
  );
}

function emptyText({ status }: Field): string {
  if (status === "done") return "No mitosis at this threshold.";
  return status === "running" || status === "waiting" ? "Searching …" : "Not searched.";
}

function onKey(app: App, event: KeyboardEvent, count: number): void {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: 10,
    PageUp: -10,
    Home: -count,
    End: count,
  };
  const by = steps[event.key];
  if (by === undefined) return;
  event.preventDefault();
  step(app, by);
}

function correctionButtons(app: App, field: Field, selected: Candidate | undefined): JSX.Element[] {
  const disabled = selected === undefined;
  const byHand = selected !== undefined && selected.probability === undefined;
  const explain = async () => {
    if (selected === undefined || app.store.state.model === undefined) return;
    const patch = await patchAt(
      await app.pictures.of(field),
      selected,
      field,
      app.store.state.model,
    );
    app.store.change((state) =>
      state.dialog = { kind: "explain", name: `the cell at ${place(selected)}`, patch }
    );
  };
  return [
    h(
      "button",
      {
        type: "button",
        class: "accept",
        disabled,
        "aria-pressed": selected?.review === "accepted",
        onClick: () => judge(app, "accepted"),
      },
      icon("accept"),
      "Accept",
    ),
    h(
      "button",
      {
        type: "button",
        class: "reject",
        disabled,
        "aria-pressed": byHand ? undefined : selected?.review === "rejected",
        onClick: () => judge(app, "rejected"),
      },
      icon("reject"),
      byHand ? "Remove" : "Reject",
    ),
    h("button", { type: "button", disabled, onClick: explain }, icon("eye"), "Why?"),
  ];
}

function place({ x, y }: Candidate): string {
  return `${Math.round(x)}, ${Math.round(y)}`;
}

function candidateView(app: App, field: Field, candidate: Candidate, number: number): JSX.Element {
  const { threshold } = app.store.state;
  const { id, probability, review } = candidate;
  const selected = field.selected === id;
  const found = isMitosis(candidate, threshold);
  const word = probability === undefined
    ? "added by hand"
    : review !== "undecided"
    ? review
    : found
    ? "mitosis"
    : "below threshold";
  return h(
    "li",
    {
      key: id,
      id: `candidate-${id}`,
      role: "option",
      class: `candidate ${found ? "called" : ""} ${review}`,
      "aria-selected": selected,
      onClick: () => select(app, field, candidate),
    },
    h("span", { class: "number" }, number),
    h(Crop, { app, field, candidate }),
    h(
      "span",
      { class: "candidate-text" },
      h("strong", null, probability === undefined ? "by hand" : probability.toFixed(3)),
      h("span", null, word),
      h("span", { class: "hint" }, `at ${place(candidate)}`),
    ),
  );
}
