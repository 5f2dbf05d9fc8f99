/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import type { Candidate } from "./candidate.ts";
import { isMitosis } from "./candidate.ts";
import {
  listedCandidates,
  reviewCandidate,
  selectCandidate,
  stepSelection,
} from "./candidate_actions.ts";
import { CandidateCrop, cutPatch } from "./candidate_crop.ts";
import { drawingMpp, knownMpp } from "./field_search.ts";
import { icon } from "./icon.ts";
import type { Field } from "./state.ts";

/** Shows the list of a field's candidates, and the buttons to review the selected one. */
export function candidatesView(app: App, field: Field): JSX.Element {
  const candidates = listedCandidates(field, app.store.state);
  const selected = field.candidates.find(({ id }) => id === field.selected);
  return h(
    "section",
    { class: "candidates", "aria-labelledby": "candidates-title" },
    h("h2", { id: "candidates-title" }, "Candidates"),
    h("div", {
      class: "buttons",
      role: "group",
      "aria-label": "The selected candidate",
    }, ...reviewButtons(app, field, selected)),
    candidates.length === 0 ? h("p", { class: "hint" }, emptyListText(field)) : h(
      "ul",
      {
        key: field.id,
        id: "candidates",
        role: "listbox",
        tabIndex: 0,
        "aria-label": "Candidates, the most probable first",
        "aria-activedescendant": selected ? `candidate-${selected.id}` : undefined,
        onKeyDown: (event: KeyboardEvent) => onListKey(app, event, candidates.length),
        onFocus: () => selected ?? stepSelection(app, 1),
      },
      ...candidates.map((candidate, i) => candidateView(app, field, candidate, i + 1)),
    ),
  );
}

function emptyListText({ search }: Field): string {
  return search.status === "done" ? "No mitosis at this threshold." : "None found yet.";
}

function onListKey(app: App, event: KeyboardEvent, count: number): void {
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
  stepSelection(app, by);
}

function reviewButtons(app: App, field: Field, selected: Candidate | undefined): JSX.Element[] {
  const disabled = selected === undefined;
  const byHand = selected !== undefined && selected.probability === undefined;
  return [
    h(
      "button",
      {
        type: "button",
        class: "accept",
        disabled,
        "aria-pressed": selected?.review === "accepted",
        onClick: () => reviewCandidate(app, "accepted"),
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
        onClick: () => reviewCandidate(app, "rejected"),
      },
      icon("reject"),
      byHand ? "Remove" : "Reject",
    ),
    h(
      "button",
      {
        type: "button",
        disabled: disabled || knownMpp(field) === undefined,
        title: "Show what the probability depends on",
        onClick: () => selected && openExplanation(app, field, selected),
      },
      icon("eye"),
      "Explain",
    ),
  ];
}

/**
 * Opens the explanation of a candidate. Does nothing while the scale of the field is unknown, because the
 * patch has to be cut out at the resolution of the model.
 */
async function openExplanation(app: App, field: Field, candidate: Candidate): Promise<void> {
  const { model } = app.store.state;
  const mpp = knownMpp(field);
  if (model === undefined || mpp === undefined) return;
  try {
    const patch = await cutPatch(await app.pictures.get(field), candidate, mpp, model);
    app.store.change((state) =>
      state.dialog = { kind: "explain", name: `the cell at ${positionText(candidate)}`, patch }
    );
  } catch (thrown) {
    app.store.change((state) =>
      state.problem = thrown instanceof Error ? thrown.message : String(thrown)
    );
  }
}

function positionText({ x, y }: Candidate): string {
  return `${Math.round(x)}, ${Math.round(y)}`;
}

function candidateView(app: App, field: Field, candidate: Candidate, number: number): JSX.Element {
  const { id, probability, review } = candidate;
  const mitosis = isMitosis(candidate, app.store.state.threshold);
  const verdict = probability === undefined
    ? "added by hand"
    : review !== "undecided"
    ? review
    : mitosis
    ? "mitosis"
    : "below threshold";
  return h(
    "li",
    {
      key: id,
      id: `candidate-${id}`,
      role: "option",
      class: `candidate ${mitosis ? "mitosis" : ""} ${review}`,
      "aria-selected": field.selected === id,
      onClick: () => selectCandidate(app, field, candidate),
    },
    h("span", { class: "number" }, number),
    h(CandidateCrop, { key: `${id} at ${drawingMpp(field)}`, app, field, candidate }),
    h(
      "span",
      { class: "candidate-text" },
      h("strong", null, probability === undefined ? "by hand" : probability.toFixed(3)),
      h("span", null, verdict),
      h("span", { class: "hint" }, `at ${positionText(candidate)}`),
    ),
  );
}
