/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "../app.ts";
import { isScaleSure } from "../field_search.ts";
import { icon } from "../icon.ts";
import { t } from "../language.ts";
import { type Field, shownField, type State, type Tool } from "../state.ts";
import { placeHottest, setArea } from "./area_actions.ts";
import { TypedInput } from "../typed_input.ts";
import { type AreaCount, caseTotal, countInArea, scoresOf } from "./count.ts";

/** Scores are made for about this area. */
const SCORED_AREA_MM2 = 2;

/** Shows the counting area of the field, its count, density and score, and the total of the case. */
export default function countingView(app: App): JSX.Element {
  const { state } = app.store;
  const field = shownField(state);
  if (field === undefined) return h("div", null);
  const count = countInArea(field, state.threshold);
  return h(
    "div",
    { class: "counting" },
    areaView(app, field),
    count === undefined
      ? h("p", { class: "hint" }, t("The count is shown when the search is done."))
      : h(
        "section",
        { "aria-labelledby": "area-count-title" },
        h(
          "h3",
          { id: "area-count-title" },
          field.review.area === undefined ? t("In the whole picture") : t("In the counting area"),
        ),
        areaCountView(count, isScaleSure(field)),
        cutNote(field, count),
      ),
    caseView(app),
  );
}

/** The tools that place an area, with their names. */
const TOOLS: readonly (readonly [Tool, string])[] = [
  ["circle", "Place circle"],
  ["fields", "Place fields"],
  ["rectangle", "Draw rectangle"],
  ["polygon", "Draw polygon"],
];

function areaView(app: App, field: Field): JSX.Element {
  const { store } = app;
  const { tool, circleMm2, fieldCount, fieldDiameterMm } = store.state;
  const isDone = field.search.status === "done";
  const use = (next: Tool) =>
    store.change((state) => {
      state.tool = tool === next ? "select" : next;
      state.draft = [];
      state.pane = "viewer";
    });
  const number = (
    label: string,
    value: number,
    limits: { readonly min: number; readonly max: number; readonly step: number },
    set: (state: State, value: number) => void,
  ) =>
    h(
      "label",
      null,
      label,
      " ",
      h(TypedInput, {
        type: "number",
        value: String(value),
        ...limits,
        entered: (text) =>
          text === "" ? undefined : store.change((state) => set(state, Number(text))),
      }),
    );
  const hottest = (kind: "circle" | "fields") =>
    h(
      "button",
      {
        type: "button",
        disabled: !isDone,
        title: t("Find where the most mitoses are"),
        onClick: () => placeHottest(app, field, kind),
      },
      icon("density"),
      kind === "circle" ? t("Hottest circle") : t("Hottest fields"),
    );
  const place = (wanted: Tool) =>
    TOOLS.filter(([name]) => name === wanted).map(([name, text]) =>
      h("button", {
        key: name,
        type: "button",
        "aria-pressed": tool === name,
        onClick: () => use(name),
      }, t(text))
    );
  return h(
    "section",
    { class: "area-tools", "aria-labelledby": "area-title" },
    h("h3", { id: "area-title" }, t("Counting area")),
    h(
      "div",
      { class: "area-sizes" },
      number(
        t("Circle, mm²"),
        circleMm2,
        { min: 0.001, max: 100, step: 0.001 },
        (state, value) => state.circleMm2 = value,
      ),
    ),
    h("div", { class: "buttons" }, ...place("circle"), hottest("circle")),
    h(
      "div",
      { class: "area-sizes" },
      number(
        t("Fields"),
        fieldCount,
        { min: 1, max: 100, step: 1 },
        (state, value) => state.fieldCount = value,
      ),
      number(
        t("of, mm"),
        fieldDiameterMm,
        { min: 0.01, max: 5, step: 0.001 },
        (state, value) => state.fieldDiameterMm = value,
      ),
    ),
    h("div", { class: "buttons" }, ...place("fields"), hottest("fields")),
    h(
      "div",
      { class: "buttons" },
      ...place("rectangle"),
      ...place("polygon"),
      h("button", {
        type: "button",
        disabled: field.review.area === undefined,
        onClick: () => setArea(app, field, undefined),
      }, t("Remove area")),
    ),
  );
}

/** Says that a part of the counting area lies outside of the picture and is not counted. */
function cutNote({ review: { area } }: Field, { areaMm2 }: AreaCount): JSX.Element | null {
  if (area === undefined || area.kind === "polygon") return null;
  const nominal = area.kind === "circle"
    ? area.areaMm2
    : area.centers.length * Math.PI * (area.diameterMm / 2) ** 2;
  if (Math.abs(areaMm2 / nominal - 1) < 0.001) return null;
  return h(
    "p",
    { class: "warning" },
    icon("warning"),
    t(
      "The area of {nominal} mm² leaves the picture or overlaps itself; {inside} mm² of it are counted.",
      { nominal: nominal.toPrecision(3), inside: areaMm2.toPrecision(3) },
    ),
  );
}

/**
 * Shows a count with its area. The density is final and the score is shown only if the scale is known or
 * confirmed.
 */
export function areaCountView(count: AreaCount, isSure: boolean): JSX.Element {
  const { areaMm2, interval: [low, high] } = count;
  const rows: [string, string][] = [
    [t("Mitoses"), String(count.count)],
    [t("95 % interval of the count"), `${low.toFixed(1)} – ${high.toFixed(1)}`],
    [t("Area, mm²"), areaMm2.toPrecision(4)],
    [isSure ? t("Per mm²") : t("Per mm², not final"), (count.count / areaMm2).toFixed(2)],
  ];
  return h(
    "div",
    null,
    h(
      "table",
      { class: "facts-table" },
      h(
        "tbody",
        null,
        ...rows.map(([name, value]) =>
          h("tr", { key: name }, h("th", { scope: "row" }, name), h("td", null, value))
        ),
        ...(isSure
          ? scoresOf(count).map(({ name, score, text, source }) =>
            h(
              "tr",
              { key: name, title: `${text} ${source}` },
              h("th", { scope: "row" }, t("Score, {convention}", { convention: name })),
              h("td", null, score),
            )
          )
          : []),
      ),
    ),
    isSure
      ? null
      : h("p", { class: "warning" }, icon("warning"), t("Confirm the scale to see the score.")),
    isSure && areaMm2 < SCORED_AREA_MM2 * 0.95
      ? h("p", { class: "hint" }, t("Scores are made for about 2 mm²; this area is smaller."))
      : null,
  );
}

function caseView({ store }: App): JSX.Element {
  const { fields, threshold } = store.state;
  const { total, left, counted, isSure } = caseTotal(fields, threshold);
  return h(
    "section",
    { class: "case", "aria-labelledby": "case-title" },
    h("h3", { id: "case-title" }, t("Total of the case")),
    ...fields.map((field) =>
      h(
        "label",
        { key: field.id, class: "check" },
        h("input", {
          type: "checkbox",
          checked: field.isInCase,
          onChange: () => store.change(() => field.isInCase = !field.isInCase),
        }),
        h("span", null, field.name),
        h("span", { class: "hint" }, countText(field, counted.includes(field), threshold)),
      )
    ),
    total === undefined
      ? h("p", { class: "hint" }, t("No field is counted."))
      : areaCountView(total, isSure),
    left.length === 0 ? null : h(
      "p",
      { class: "problem" },
      icon("warning"),
      t("Not in the total, because they have no result or are open twice: {names}", {
        names: left.map(({ name }) => name).join(", "),
      }),
    ),
  );
}

function countText(field: Field, isCounted: boolean, threshold: number): string {
  const count = isCounted ? countInArea(field, threshold) : undefined;
  return count === undefined ? "" : `${count.count} / ${count.areaMm2.toPrecision(3)} mm²`;
}
