/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { type Candidate, isMitosis } from "./candidate.ts";
import {
  decideCandidate,
  editDecision,
  listedCandidates,
  selectCandidate,
  selectedCandidate,
  stepSelection,
} from "./candidate_actions.ts";
import { CandidateCrop, cutPatch } from "./candidate_crop.ts";
import { drawingMpp, knownMpp } from "./field_search.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { CELL_CLASSES, type CellClass } from "./review/decision.ts";
import type { Field } from "./state.ts";
import { TypedInput } from "./typed_input.ts";
import { type ItemStyle, VirtualList } from "./virtual_list.ts";

/** Height of a line of the list, in CSS pixels. */
const LINE_HEIGHT = 58;

/** Shows the list of a field's candidates, and the buttons to review the selected one. */
export function candidatesView(app: App, field: Field): JSX.Element {
  const candidates = listedCandidates(field, app.store.state);
  const selected = selectedCandidate(field);
  return h(
    "section",
    { class: "candidates", "aria-labelledby": "candidates-title" },
    h("h2", { id: "candidates-title", class: "visually-hidden" }, t("Candidates")),
    h("div", {
      class: "buttons",
      role: "group",
      "aria-label": t("The selected candidate"),
    }, ...decisionButtons(app, field, selected)),
    selected === undefined ? null : decisionDetails(app, field, selected),
    candidates.length === 0 ? h("p", { class: "hint" }, emptyListText(field)) : h(VirtualList, {
      key: field.id,
      id: "candidates",
      label: t("Candidates, the most probable first"),
      count: candidates.length,
      itemHeight: LINE_HEIGHT,
      selected: candidates.findIndex(({ id }) => id === field.selected),
      activeId: selected ? `candidate-${selected.id}` : undefined,
      item: (index, style) => candidateView(app, field, candidates, index, style),
      onFocus: () => selected ?? stepSelection(app, field, candidates, 1),
      step: (by) => stepSelection(app, field, candidates, by),
    }),
  );
}

function emptyListText({ search }: Field): string {
  return search.status === "done" ? t("No mitosis at this threshold.") : t("None found yet.");
}

/** The buttons that decide about a candidate. */
export function decisionButtons(
  app: App,
  field: Field,
  selected: Candidate | undefined,
): JSX.Element[] {
  const disabled = selected === undefined;
  const byHand = selected !== undefined && selected.probability === undefined;
  return [
    h(
      "button",
      {
        type: "button",
        class: "accept",
        disabled,
        "aria-pressed": selected?.verdict === "accepted",
        title: `${t("It is a mitosis")} (A)`,
        onClick: () => selected && decideCandidate(app, field, selected, "accepted"),
      },
      icon("accept"),
      t("Accept"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "reject",
        disabled,
        "aria-pressed": byHand ? undefined : selected?.verdict === "rejected",
        title: `${byHand ? t("Remove this mark") : t("It is not a mitosis")} (R)`,
        onClick: () => selected && decideCandidate(app, field, selected, "rejected"),
      },
      icon("reject"),
      byHand ? t("Remove") : t("Reject"),
    ),
    h(
      "button",
      {
        type: "button",
        disabled: disabled || knownMpp(field) === undefined,
        title: t("Show what the probability depends on"),
        onClick: () => selected && openExplanation(app, field, selected),
      },
      icon("eye"),
      t("Explain"),
    ),
  ];
}

/** The class of a cell, and a note about it. */
export function decisionDetails(app: App, field: Field, candidate: Candidate): JSX.Element {
  const { id, cellClass, note } = candidate;
  const setClass = (event: Event) => {
    const chosen = (event.currentTarget as HTMLSelectElement).value as CellClass | "";
    editDecision(
      app,
      field,
      candidate,
      chosen === ""
        ? { cellClass: undefined }
        : { cellClass: chosen, verdict: CELL_CLASSES[chosen] },
      chosen === "" ? t("No class.") : t(chosen),
    );
  };
  return h(
    "div",
    { class: "decision", key: id },
    h(
      "select",
      { "aria-label": t("Class of the cell"), value: cellClass ?? "", onChange: setClass },
      h("option", { value: "" }, t("no class")),
      ...Object.keys(CELL_CLASSES).map((name) => h("option", { key: name, value: name }, t(name))),
    ),
    h(TypedInput, {
      type: "text",
      value: note,
      maxLength: 500,
      placeholder: t("Note"),
      label: t("Note"),
      entered: (text) =>
        text === note
          ? undefined
          : editDecision(app, field, candidate, { note: text }, t("Note kept.")),
    }),
  );
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
      state.dialog = {
        kind: "explain",
        name: t("the cell at {place}", { place: positionText(candidate) }),
        patch,
      }
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

/** Says what a candidate counts as, and why. */
export function verdictText(candidate: Candidate, threshold: number): string {
  const { probability, verdict, cellClass } = candidate;
  if (cellClass !== undefined) return t(cellClass);
  if (probability === undefined && verdict === "accepted") return t("added by hand");
  if (verdict !== "undecided") return t(verdict);
  return isMitosis(candidate, threshold) ? t("mitosis") : t("below threshold");
}

function candidateView(
  app: App,
  field: Field,
  candidates: readonly Candidate[],
  index: number,
  style: ItemStyle,
): JSX.Element {
  const candidate = candidates[index] as Candidate;
  const { id, probability, verdict, note } = candidate;
  const { threshold } = app.store.state;
  return h(
    "div",
    {
      key: id,
      id: `candidate-${id}`,
      style: { ...style },
      role: "option",
      class: `candidate ${isMitosis(candidate, threshold) ? "mitosis" : ""} ${verdict}`,
      "aria-selected": field.selected === id,
      "aria-posinset": index + 1,
      "aria-setsize": candidates.length,
      onClick: () => selectCandidate(app, field, candidate),
    },
    h("span", { class: "number" }, index + 1),
    h(CandidateCrop, { key: `${id} at ${drawingMpp(field)}`, app, field, candidate }),
    h(
      "span",
      { class: "candidate-text" },
      h("strong", null, probability === undefined ? t("by hand") : probability.toFixed(3)),
      h("span", null, verdictText(candidate, threshold)),
      h(
        "span",
        { class: "hint" },
        note === "" ? t("at {place}", { place: positionText(candidate) }) : note,
      ),
    ),
  );
}
