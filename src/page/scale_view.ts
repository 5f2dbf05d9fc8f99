/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { isScaleChanged, queueSearch, restoreFormerResult } from "./field_search.ts";
import { icon } from "./icon.ts";
import { describeScale, formatMpp, type Scale } from "./scale.ts";
import type { Field } from "./state.ts";

/** Shows the scale of a result. Warns if the scale was assumed, or if the file states another one. */
export function scaleNote(scale: Scale): JSX.Element {
  const warning = scale.origin === "assumed"
    ? "The file states no scale and none was entered, so the scale of the model was assumed. " +
      "Enter the scale if you know it: the count and the density depend on it."
    : scale.origin === "request" && scale.fileMpp !== undefined &&
        formatMpp(scale.fileMpp) !== formatMpp(scale.mpp)
    ? `The file states ${formatMpp(scale.fileMpp)}.`
    : undefined;
  return h(
    "div",
    { class: "scale-note" },
    h("p", null, "At ", h("strong", null, describeScale(scale))),
    warning === undefined ? null : h("p", { class: "warning" }, icon("warning"), warning),
  );
}

/** Shows the input for the scale, and the buttons for a new search and for the former result. */
export function scaleView({ store, queue }: App, field: Field): JSX.Element {
  const { search, formerResult } = field;
  const failedOrCancelled = search.status === "failed" || search.status === "cancelled";
  const changed = isScaleChanged(field);
  const searchAgain = () => {
    store.change(() => queueSearch(field));
    queue.start();
  };
  return h(
    "section",
    { class: "scale", "aria-label": "Scale" },
    mppInput(field, (mpp) => store.change(() => field.enteredMpp = mpp)),
    h(
      "p",
      { class: "hint", id: "mpp-hint" },
      changed && search.status === "done"
        ? `This result is for ${describeScale(search.scale)}.`
        : "Leave it empty to use the scale that the file states.",
    ),
    failedOrCancelled || changed
      ? h(
        "button",
        { type: "button", onClick: searchAgain },
        icon("again"),
        changed ? "Search again at this scale" : "Search again",
      )
      : null,
    failedOrCancelled && formerResult !== undefined
      ? h(
        "button",
        { type: "button", onClick: () => store.change(() => restoreFormerResult(field)) },
        `Back to the former result, at ${describeScale(formerResult.scale)}`,
      )
      : null,
  );
}

function mppInput(field: Field, onEntered: (mpp: number | undefined) => void): JSX.Element {
  const { search, enteredMpp } = field;
  return h(
    "label",
    { class: "row" },
    "Micrometers per pixel",
    h("input", {
      key: field.id,
      type: "number",
      min: 0.05,
      max: 2,
      step: "any",
      value: enteredMpp ?? "",
      placeholder: search.status === "done" ? String(Number(search.scale.mpp.toPrecision(4))) : "",
      "aria-describedby": "mpp-hint",
      onChange: (event: Event) => {
        const input = event.currentTarget as HTMLInputElement;
        if (!input.reportValidity()) return;
        onEntered(input.value === "" ? undefined : input.valueAsNumber);
      },
    }),
  );
}
