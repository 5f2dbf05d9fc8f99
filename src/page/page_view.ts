/// <reference lib="dom" />
import { h, type JSX } from "preact";
import { researchUseOnly } from "../research_use.ts";
import type { App } from "./app.ts";
import { dialogView } from "./dialog_view.ts";
import { FieldView } from "./field_view.ts";
import { galleryView } from "./gallery_view.ts";
import { icon } from "./icon.ts";
import { queueView } from "./queue_view.ts";
import { resultView } from "./result_view.ts";
import { shownField } from "./state.ts";
import { applyTheme, nextTheme } from "./theme.ts";
import { openFilesButton, welcomeView } from "./welcome_view.ts";

/** Shows the whole page. */
export function pageView(app: App): JSX.Element {
  const { state } = app.store;
  const isEmpty = state.patches.length + state.fields.length + state.unreadableFiles.length === 0;
  return h(
    "div",
    { class: "page" },
    topBar(app),
    problemBar(app),
    isEmpty ? welcomeView(app) : h(
      "div",
      { class: "columns" },
      queueView(app),
      h("main", { id: "main", class: "image-pane", tabIndex: -1 }, imagePane(app)),
      state.shown === undefined ? null : resultView(app),
    ),
    h("p", { class: "visually-hidden", role: "status" }, state.announcement),
    h("div", { class: "drop-hint", "aria-hidden": "true" }, h("strong", null, "Drop to open")),
    dialogView(app),
  );
}

function imagePane(app: App): JSX.Element {
  const { state } = app.store;
  const field = shownField(state);
  if (field !== undefined) return h(FieldView, { app, field, key: "field" });
  if (state.shown === "patches") return galleryView(app);
  return h("p", { class: "hint" }, "Choose an image from the list, or add one.");
}

/** Shows a problem of the whole page, or a form for the API key. */
function problemBar(app: App): JSX.Element | null {
  const { problem, needsApiKey } = app.store.state;
  if (problem === undefined) return null;
  const submitKey = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    app.setApiKey(String(form.get("key")).trim());
  };
  return h(
    "div",
    { class: "problem-bar", role: "alert" },
    icon("warning"),
    needsApiKey ? "This service asks for an API key." : problem,
    needsApiKey
      ? h(
        "form",
        { onSubmit: submitKey },
        h("label", null, "API key ", h("input", { name: "key", type: "password", required: true })),
        h("button", { type: "submit", class: "small" }, "Continue"),
      )
      : h(
        "button",
        {
          type: "button",
          class: "small",
          onClick: () => app.store.change((state) => state.problem = undefined),
        },
        "Dismiss",
      ),
  );
}

function topBar(app: App): JSX.Element {
  const { store } = app;
  const { theme, model } = store.state;
  return h(
    "header",
    { class: "top-bar" },
    h("a", { class: "skip", href: "#main" }, "Skip to the image"),
    h("h1", null, logo(), "Mitosis Detector"),
    h("p", { class: "research-use" }, researchUseOnly),
    h("span", { class: "spacer" }),
    openFilesButton(app, "Add images"),
    h(
      "button",
      {
        type: "button",
        title: "Show the model card and the measured quality",
        onClick: () => store.change((state) => state.dialog = { kind: "model" }),
      },
      model === undefined ? "Model" : `Model: ${model.name}`,
    ),
    h(
      "button",
      {
        type: "button",
        title: "Show the keyboard shortcuts",
        onClick: () => store.change((state) => state.dialog = { kind: "shortcuts" }),
      },
      "Shortcuts",
    ),
    h(
      "button",
      {
        type: "button",
        class: "bare",
        title: `Theme: ${theme}`,
        "aria-label": `Theme: ${theme}. Change to ${nextTheme(theme)}`,
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
