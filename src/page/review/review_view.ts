/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "../app.ts";
import { type Candidate, isMitosis } from "../candidate.ts";
import { selectCandidate, selectedCandidate, stepSelection } from "../candidate_actions.ts";
import { CandidateCrop } from "../candidate_crop.ts";
import { decisionButtons, verdictText } from "../candidates_view.ts";
import { drawingMpp } from "../field_search.ts";
import { icon } from "../icon.ts";
import { t } from "../language.ts";
import { type Field, type ReviewFilter, type ReviewOrder, shownField } from "../state.ts";
import { type ItemStyle, VirtualList } from "../virtual_list.ts";
import { reviewCandidates, reviewProgress } from "./review_list.ts";

/** Size of a card of the gallery, in CSS pixels. */
const [CARD_WIDTH, CARD_HEIGHT] = [132, 172];

/** Side of the crop on a card, in CSS pixels. */
const CROP_SIDE = 112;

/** The filters, with their names. */
const FILTERS: readonly (readonly [ReviewFilter, string])[] = [
  ["counted", "counted or reviewed"],
  ["unreviewed", "unreviewed"],
  ["near", "near the threshold"],
  ["rejected", "rejected"],
  ["every", "all candidates"],
];

const ORDERS: readonly (readonly [ReviewOrder, string])[] = [
  ["probability", "probability"],
  ["place", "place"],
];

/** Shows all candidates of a field as thumbnails, to be reviewed with one key each. */
export default function reviewView(app: App): JSX.Element {
  const { store } = app;
  const { state } = store;
  const field = shownField(state);
  if (field === undefined) return h("div", null);
  const candidates = reviewCandidates(field, state);
  const selected = selectedCandidate(field);
  const { decided, total } = reviewProgress(field, state);
  const progress = t("{decided} of {total} reviewed", { decided, total });
  return h(
    "section",
    { class: "review", "aria-label": t("Review of {name}", { name: field.name }) },
    h(
      "div",
      { class: "review-head" },
      h(
        "button",
        { type: "button", onClick: () => store.change((state) => state.pane = "viewer") },
        icon("fit"),
        t("Show the image"),
      ),
      choice(
        t("Show"),
        FILTERS,
        state.reviewFilter,
        (value) => store.change((state) => state.reviewFilter = value),
      ),
      choice(
        t("Sort by"),
        ORDERS,
        state.reviewOrder,
        (value) => store.change((state) => state.reviewOrder = value),
      ),
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          checked: state.advances,
          onChange: () => store.change((state) => state.advances = !state.advances),
        }),
        t("Go on after a key"),
      ),
      h(
        "span",
        { class: "review-progress" },
        h("span", null, progress),
        h("progress", { max: Math.max(1, total), value: decided, "aria-label": progress }),
      ),
      h(
        "div",
        { class: "buttons", role: "group", "aria-label": t("The selected candidate") },
        ...decisionButtons(app, field, selected),
      ),
    ),
    candidates.length === 0
      ? h("p", { class: "hint" }, t("No candidate passes this filter."))
      : h(VirtualList, {
        key: field.id,
        id: "review-list",
        label: t("Candidates to review"),
        count: candidates.length,
        itemHeight: CARD_HEIGHT,
        itemWidth: CARD_WIDTH,
        selected: candidates.findIndex(({ id }) => id === field.selected),
        activeId: selected ? `card-${selected.id}` : undefined,
        item: (index, style) => card(app, field, candidates, index, style),
        onFocus: () => selected ?? stepSelection(app, field, candidates, 1),
        step: (by) => stepSelection(app, field, candidates, by),
      }),
  );
}

function choice<Value extends string>(
  label: string,
  options: readonly (readonly [Value, string])[],
  value: Value,
  choose: (value: Value) => void,
): JSX.Element {
  return h(
    "label",
    null,
    `${label} `,
    h(
      "select",
      {
        value,
        onChange: (event: Event) =>
          choose((event.currentTarget as HTMLSelectElement).value as Value),
      },
      ...options.map(([value, text]) => h("option", { key: value, value }, t(text))),
    ),
  );
}

function card(
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
      id: `card-${id}`,
      style: { ...style },
      role: "option",
      class: `card-option ${isMitosis(candidate, threshold) ? "mitosis" : ""} ${verdict}`,
      "aria-selected": field.selected === id,
      "aria-posinset": index + 1,
      "aria-setsize": candidates.length,
      title: note,
      onClick: () => selectCandidate(app, field, candidate),
      onDblClick: () => app.store.change((state) => state.pane = "viewer"),
    },
    h(CandidateCrop, {
      key: `${id} at ${drawingMpp(field)}`,
      app,
      field,
      candidate,
      side: CROP_SIDE,
    }),
    h("strong", null, probability === undefined ? t("by hand") : probability.toFixed(3)),
    h(
      "span",
      { class: "verdict" },
      verdict === "undecided" ? null : icon(verdict === "accepted" ? "accept" : "reject"),
      verdictText(candidate, threshold),
    ),
  );
}
