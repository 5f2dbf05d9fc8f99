/// <reference lib="dom" />
import { h, type JSX } from "preact";
import { researchUseOnly } from "../research_use.ts";
import type { App } from "./app.ts";
import { dialogView } from "./dialog_view.ts";
import { FieldView } from "./field_view.ts";
import { galleryView } from "./gallery_view.ts";
import { showsCandidates } from "./field_search.ts";
import { icon, type IconName } from "./icon.ts";
import { applyLanguage, type Language, languages, t } from "./language.ts";
import { Lazy } from "./lazy.ts";
import { redoChange, undoChange } from "./review/history.ts";
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
    isEmpty ? welcomeView(app) : state.isReport ? h(Lazy, { app, load: loadReport }) : h(
      "div",
      { class: "columns" },
      queueView(app),
      h("main", { id: "main", class: "image-pane", tabIndex: -1 }, imagePane(app)),
      state.shown === undefined ? null : resultView(app),
    ),
    h("p", { class: "visually-hidden", role: "status" }, state.announcement),
    h("div", { class: "drop-hint", "aria-hidden": "true" }, h("strong", null, t("Drop to open"))),
    dialogView(app),
  );
}

const loadReport = () => import("./report/report_view.ts");
const loadReview = () => import("./review/review_view.ts");

function imagePane(app: App): JSX.Element {
  const { state } = app.store;
  const field = shownField(state);
  if (field !== undefined) {
    const isReview = state.pane === "review" && showsCandidates(field);
    return h(
      "div",
      { key: "field" },
      h("div", { class: "pane", inert: isReview }, h(FieldView, { app, field })),
      isReview ? h(Lazy, { app, load: loadReview }) : null,
    );
  }
  if (state.shown === "patches") return galleryView(app);
  return h("p", { class: "hint" }, t("Choose an image from the list, or add one."));
}

/** Shows a problem of the whole page, or a form for the API key. */
function problemBar(app: App): JSX.Element | null {
  const { problem, needsApiKey, isKeyRefused, model } = app.store.state;
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
    needsApiKey
      ? isKeyRefused
        ? t("That key was refused. Enter another one.")
        : t("This service asks for an API key.")
      : problem,
    needsApiKey
      ? h(
        "form",
        { onSubmit: submitKey },
        h(
          "label",
          null,
          `${t("API key")} `,
          h("input", { name: "key", type: "password", required: true }),
        ),
        h("button", { type: "submit", class: "small" }, t("Continue")),
      )
      : model === undefined
      ? h("button", { type: "button", class: "small", onClick: app.retry }, t("Try again"))
      : h(
        "button",
        {
          type: "button",
          class: "small",
          onClick: () => app.store.change((state) => state.problem = undefined),
        },
        t("Dismiss"),
      ),
  );
}

function topBar(app: App): JSX.Element {
  const { store } = app;
  const { theme, model, undo, redo } = store.state;
  return h(
    "header",
    { class: "top-bar" },
    h("a", { class: "skip", href: "#main" }, t("Skip to the image")),
    h("h1", null, logo(), "Mitosis Detector"),
    h("p", { class: "research-use" }, researchUseOnly),
    h("span", { class: "spacer" }),
    openFilesButton(app, t("Add images")),
    languageChoice(app),
    iconButton("undo", `${t("Undo")} (Ctrl Z)`, undo.length === 0, () => undoChange(store)),
    iconButton("redo", `${t("Redo")} (Ctrl Shift Z)`, redo.length === 0, () => redoChange(store)),
    h(
      "button",
      {
        type: "button",
        title: t("Save your decisions, open a session, compare two reviewers"),
        onClick: () => store.change((state) => state.dialog = { kind: "session" }),
      },
      t("Session"),
    ),
    h(
      "button",
      {
        type: "button",
        title: t("Show the report of the case, to print it"),
        disabled: store.state.fields.length === 0,
        onClick: () => store.change((state) => state.isReport = true),
      },
      t("Report"),
    ),
    h(
      "button",
      {
        type: "button",
        title: t("Show the model card and the measured quality"),
        onClick: () => store.change((state) => state.dialog = { kind: "model" }),
      },
      model === undefined ? t("Model") : `${t("Model")}: ${model.name}`,
    ),
    h(
      "button",
      {
        type: "button",
        class: "bare",
        "aria-label": t("Keyboard shortcuts"),
        title: t("Show the keyboard shortcuts"),
        onClick: () => store.change((state) => state.dialog = { kind: "shortcuts" }),
      },
      h("kbd", null, "?"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "bare",
        title: t("Theme: {theme}", { theme: t(theme) }),
        "aria-label": t("Theme: {theme}. Change to {next}", {
          theme: t(theme),
          next: t(nextTheme(theme)),
        }),
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

function languageChoice({ store }: App): JSX.Element {
  const choose = async (event: Event) => {
    const language = (event.currentTarget as HTMLSelectElement).value as Language;
    try {
      await applyLanguage(language);
      store.change((state) => state.language = language);
    } catch {
      store.change((state) =>
        state.problem = t("The service did not send the texts of this language.")
      );
    }
  };
  return h(
    "select",
    { "aria-label": t("Language"), value: store.state.language, onChange: choose },
    ...languages.map(({ code, name }) =>
      h("option", { key: code, value: code, lang: code, title: name }, code.toUpperCase())
    ),
  );
}

function iconButton(
  name: IconName,
  label: string,
  disabled: boolean,
  onClick: () => void,
): JSX.Element {
  return h(
    "button",
    { type: "button", class: "bare", title: label, "aria-label": label, disabled, onClick },
    icon(name),
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
