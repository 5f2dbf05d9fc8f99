/// <reference lib="dom" />
import { h, type JSX } from "preact";
import { SAME_CELL_UM } from "../../result/result.ts";
import type { App } from "../app.ts";
import { saveFile } from "../exports.ts";
import { drawingMpp } from "../field_search.ts";
import { icon } from "../icon.ts";
import { t } from "../language.ts";
import { countSaved, deleteSaved } from "../review/autosave.ts";
import type { Decision } from "../review/decision.ts";
import type { Field } from "../state.ts";
import { TypedInput } from "../typed_input.ts";
import { type Agreement, agreementOf } from "./agreement.ts";
import { applySession } from "./open_session.ts";
import { isSamePicture, type Session } from "./session.ts";
import { writeSession } from "./session_file.ts";

/** What a session file is for the browser. */
const SESSION_FILE = { mediaType: "application/json", extension: ".mitosis-session.json" };

/** Shows what a person can do with the session: save it, open one, compare it with a second one. */
export default function sessionView(app: App): JSX.Element {
  const { store } = app;
  const { state } = store;
  const textInput = (label: string, value: string, set: (value: string) => void) =>
    h(
      "label",
      { class: "row" },
      label,
      h(TypedInput, { type: "text", value, maxLength: 200, entered: set }),
    );
  return h(
    "div",
    { class: "session" },
    state.second === undefined ? null : secondView(app, state.second),
    textInput(
      t("Reviewer"),
      state.reviewer,
      (value) => store.change((state) => state.reviewer = value),
    ),
    textInput(
      t("Case"),
      state.caseLabel,
      (value) => store.change((state) => state.caseLabel = value),
    ),
    h(
      "div",
      { class: "buttons" },
      h(
        "button",
        { type: "button", class: "primary", onClick: () => save(app) },
        icon("save"),
        t("Save session"),
      ),
      h(
        "button",
        { type: "button", onClick: () => chooseSession(app) },
        icon("add"),
        t("Open session or GeoJSON"),
      ),
    ),
    h(
      "p",
      { class: "hint" },
      t(
        "A session has your decisions, counting areas and notes, and the names and checksums of the " +
          "pictures, but not the pictures. Send it to a colleague, or open a colleague's to compare.",
      ),
    ),
    savedView(app),
  );
}

function save({ store }: App): void {
  const { caseLabel } = store.state;
  const name = caseLabel.replace(/[^\p{L}\p{N}_-]+/gu, "_") || "review";
  saveFile(writeSession(store.state, new Date()), SESSION_FILE, name);
  store.change((state) => {
    state.isUnsaved = false;
    state.announcement = t("Session saved.");
  });
}

function chooseSession(app: App): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,.geojson,application/json,application/geo+json";
  input.onchange = () => app.openFiles([...input.files ?? []]);
  input.click();
}

function savedView({ store }: App): JSX.Element | null {
  const count = countSaved();
  if (count === 0) return null;
  const remove = () => {
    deleteSaved();
    store.change((state) => state.announcement = t("Deleted."));
  };
  return h(
    "div",
    { class: "row" },
    h(
      "p",
      { class: "hint" },
      t("Pictures whose decisions this browser keeps, under their checksums: {count}.", {
        count,
      }),
    ),
    h("button", { type: "button", class: "small", onClick: remove }, t("Delete them")),
  );
}

/** Shows a session of another person beside the present decisions. */
function secondView(app: App, second: Session): JSX.Element {
  const { store, queue } = app;
  const close = () => store.change((state) => state.second = undefined);
  const replace = () => {
    if (applySession(store, second)) queue.start();
    store.change((state) => state.dialog = undefined);
  };
  const compared = store.state.fields.flatMap((field) => {
    const other = second.pictures.find((picture) => isSamePicture(picture, field));
    return other === undefined ? [] : [{ field, theirs: other.review.decisions }];
  });
  const pairs = compared.map(({ field, theirs }) => ({
    mine: field.review.decisions,
    theirs,
    reach: SAME_CELL_UM / drawingMpp(field),
  }));
  const agreement = agreementOf(pairs);
  const fieldOf = (decision: Decision) =>
    compared.find(({ field, theirs }) =>
      field.review.decisions.includes(decision) || theirs.includes(decision)
    )?.field;
  return h(
    "section",
    { class: "second", "aria-labelledby": "second-title" },
    h(
      "h3",
      { id: "second-title" },
      second.reviewer === ""
        ? t("The second session")
        : t("The session of {name}", { name: second.reviewer }),
    ),
    agreementView(agreement),
    differencesView(app, agreement, fieldOf),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", onClick: replace }, t("Replace my decisions by these")),
      h("button", { type: "button", onClick: close }, t("Close the second session")),
    ),
  );
}

function agreementView({ both, agreed, kappa, onlyMine, onlyTheirs }: Agreement): JSX.Element {
  const rows: [string, string][] = [
    [t("Cells that both decided about"), String(both)],
    [t("Same verdict"), String(agreed)],
    [t("Cohen's kappa"), kappa === undefined ? t("not defined") : kappa.toFixed(2)],
    [t("Decided only here"), String(onlyMine.length)],
    [t("Decided only in the second session"), String(onlyTheirs.length)],
  ];
  return h(
    "table",
    { class: "facts-table" },
    h(
      "tbody",
      null,
      ...rows.map(([name, value]) =>
        h("tr", { key: name }, h("th", { scope: "row" }, name), h("td", null, value))
      ),
    ),
  );
}

/** Maximum number of differences that are listed. */
const MAX_LISTED = 200;

function differencesView(
  { store, viewer }: App,
  { differences, onlyTheirs }: Agreement,
  fieldOf: (decision: Decision) => Field | undefined,
): JSX.Element | null {
  const lines = [
    ...differences.map(({ mine, theirs }) => ({
      place: mine,
      text: t("here {mine}, there {theirs}", {
        mine: t(mine.verdict),
        theirs: t(theirs.verdict),
      }),
    })),
    ...onlyTheirs.map((theirs) => ({
      place: theirs,
      text: t("only there: {theirs}", { theirs: t(theirs.verdict) }),
    })),
  ];
  if (lines.length === 0) return null;
  const show = (field: Field, { x, y }: Decision) => {
    store.change((state) => {
      state.dialog = undefined;
      state.shown = field.id;
      state.pane = "viewer";
      const near = field.candidates.find((candidate) =>
        Math.hypot(candidate.x - x, candidate.y - y) <= SAME_CELL_UM / drawingMpp(field)
      );
      field.selected = near?.id;
    });
    viewer?.flyTo({ x, y });
  };
  return h(
    "ul",
    { class: "differences" },
    ...lines.slice(0, MAX_LISTED).map(({ place, text }) => {
      const field = fieldOf(place);
      return h(
        "li",
        { key: place.id },
        h(
          "button",
          { type: "button", class: "small", onClick: () => field && show(field, place) },
          `${field?.name ?? ""}, ${Math.round(place.x)}, ${Math.round(place.y)}`,
        ),
        " ",
        text,
      );
    }),
    lines.length > MAX_LISTED
      ? h("li", null, t("and {count} more", { count: lines.length - MAX_LISTED }))
      : null,
  );
}
