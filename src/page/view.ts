/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { dialogView } from "./dialog_view.ts";
import { galleryView } from "./gallery_view.ts";
import { icon } from "./icon.ts";
import { inspectorView } from "./inspector_view.ts";
import { queueView } from "./queue_view.ts";
import { openField } from "./state.ts";
import { Stage } from "./stage.ts";
import { chooseButton, welcomeView } from "./welcome_view.ts";
import { applyTheme, nextTheme } from "./theme.ts";

/** The whole page, as the state says. */
export function view(app: App): JSX.Element {
  const { state } = app.store;
  const field = openField(state);
  const empty = state.patches.length + state.fields.length + state.unreadable.length === 0;
  return h(
    "div",
    { class: `page ${empty ? "is-empty" : ""}` },
    header(app),
    troubleView(app),
    empty ? welcomeView(app) : h(
      "div",
      { class: "work" },
      queueView(app),
      h(
        "main",
        { id: "main", class: "stage", tabIndex: -1 },
        field !== undefined
          ? h(Stage, { app, field, key: "stage" })
          : state.open === "patches"
          ? galleryView(app)
          : h("p", { class: "hint" }, "Choose an image on the list, or add one."),
      ),
      state.open === undefined ? null : inspectorView(app),
    ),
    h("p", { class: "visually-hidden", role: "status" }, state.announcement),
    h("div", { class: "drop-veil", "aria-hidden": "true" }, h("strong", null, "Drop to open")),
    dialogView(app),
  );
}

/** What is wrong with the page as a whole, and the way out of it. */
function troubleView(app: App): JSX.Element | null {
  const { trouble, locked } = app.store.state;
  if (trouble === undefined) return null;
  const unlock = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    app.unlock(String(form.get("key")).trim());
  };
  return h(
    "div",
    { class: "trouble", role: "alert" },
    icon("warning"),
    locked ? "This service asks for an API key." : trouble,
    locked
      ? h(
        "form",
        { onSubmit: unlock },
        h("label", null, "API key ", h("input", { name: "key", type: "password", required: true })),
        h("button", { type: "submit", class: "small" }, "Go on"),
      )
      : h(
        "button",
        {
          type: "button",
          class: "small",
          onClick: () => app.store.change((state) => state.trouble = undefined),
        },
        "Dismiss",
      ),
  );
}

function header(app: App): JSX.Element {
  const { store } = app;
  const { theme, model } = store.state;
  return h(
    "header",
    { class: "bar" },
    h("a", { class: "skip", href: "#main" }, "Skip to the image"),
    h("h1", null, logo(), "Mitosis Detector"),
    h("p", { class: "research" }, "For research use only. Not for diagnostic use."),
    h("span", { class: "spring" }),
    chooseButton(app, "Add images"),
    h(
      "button",
      {
        type: "button",
        title: "Model card and quality",
        onClick: () => store.change((state) => state.dialog = { kind: "model" }),
      },
      model === undefined ? "Model" : `Model: ${model.name}`,
    ),
    h(
      "button",
      {
        type: "button",
        onClick: () => store.change((state) => state.dialog = { kind: "keys" }),
      },
      "Keys",
    ),
    h(
      "button",
      {
        type: "button",
        class: "bare",
        title: `Colors: ${theme}`,
        "aria-label": `Colors: ${theme}. Change to ${nextTheme(theme)}`,
        onClick: () =>
          store.change((state) => {
            state.theme = nextTheme(theme);
            applyTheme(state.theme);
          }),
      },
      icon(theme),
    ),
  );
}

function logo(): JSX.Element {
  return h(
    "svg",
    { class: "logo", viewBox: "0 0 24 24", "aria-hidden": "true" },
    h("circle", { cx: 12, cy: 12, r: 10.5 }),
    h("path", { d: "M8.5 6c1.6 2.5 1.6 9.500 0 12M15.500 6c-1.6 2.5-1.6 9.500 0 12" }),
  );
}
