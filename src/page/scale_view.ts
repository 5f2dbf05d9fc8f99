/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { isScaleChanged, isScaleSure, queueSearch, restoreFormerResult } from "./field_search.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { changeReview } from "./review/history.ts";
import { describeScale, formatMpp, type Scale } from "./scale.ts";
import type { Field } from "./state.ts";
import { TypedInput } from "./typed_input.ts";

/**
 * Shows the scale of a result. Warns if the file states another one. If the scale was assumed, asks the
 * person to confirm or to enter it, because the density and the score depend on it.
 */
export function scaleNote({ store }: App, field: Field, scale: Scale): JSX.Element {
  const isSure = isScaleSure(field);
  const unsure = store.state.fields.filter((other) =>
    other.search.status === "done" && other.search.scale.mpp === scale.mpp && !isScaleSure(other)
  );
  const confirm = (fields: readonly Field[]) =>
    fields.forEach((one) =>
      changeReview(store, one, { confirmedMpp: scale.mpp }, t("The scale is confirmed."))
    );
  const warning = !isSure
    ? t(
      "The file states no scale and none was entered; the count and the score depend on it.",
    )
    : scale.origin === "request" && scale.fileMpp !== undefined &&
        formatMpp(scale.fileMpp) !== formatMpp(scale.mpp)
    ? t("The file states {mpp}.", { mpp: formatMpp(scale.fileMpp) })
    : undefined;
  return h(
    "div",
    { class: "scale-note" },
    h("p", null, `${t("At")} `, h("strong", null, describeScale(scale, isSure))),
    warning === undefined ? null : h("p", { class: "warning" }, icon("warning"), warning),
    isSure ? null : h(
      "button",
      { type: "button", class: "small", onClick: () => confirm([field]) },
      icon("accept"),
      t("Confirm {mpp}", { mpp: formatMpp(scale.mpp) }),
    ),
    isSure || unsure.length < 2 ? null : h(
      "button",
      { type: "button", class: "small", onClick: () => confirm(unsure) },
      t("Confirm it for {count} fields", { count: unsure.length }),
    ),
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
    { class: "scale", "aria-label": t("Scale") },
    mppInput(field, (mpp) => store.change(() => field.enteredMpp = mpp)),
    h(
      "p",
      { class: changed ? "hint" : "visually-hidden", id: "mpp-hint" },
      changed && search.status === "done"
        ? t("This result is for {scale}.", { scale: describeScale(search.scale) })
        : t("Leave it empty to use the scale that the file states."),
    ),
    failedOrCancelled || changed
      ? h(
        "button",
        { type: "button", onClick: searchAgain },
        icon("again"),
        changed ? t("Search again at this scale") : t("Search again"),
      )
      : null,
    failedOrCancelled && formerResult !== undefined
      ? h(
        "button",
        { type: "button", onClick: () => store.change(() => restoreFormerResult(field)) },
        t("Back to the former result, at {scale}", {
          scale: describeScale(formerResult.search.scale),
        }),
      )
      : null,
  );
}

function mppInput(field: Field, onEntered: (mpp: number | undefined) => void): JSX.Element {
  const { search, enteredMpp } = field;
  return h(
    "label",
    { class: "row" },
    t("Micrometers per pixel"),
    h(TypedInput, {
      key: field.id,
      type: "number",
      min: 0.05,
      max: 2,
      step: "any",
      value: String(enteredMpp ?? ""),
      placeholder: search.status === "done" ? String(Number(search.scale.mpp.toPrecision(4))) : "",
      describedBy: "mpp-hint",
      entered: (text) => onEntered(text === "" ? undefined : Number(text)),
    }),
  );
}
