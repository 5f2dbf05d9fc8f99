/// <reference lib="dom" />
import { Component, type ComponentChildren, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import { ExplanationView } from "./explanation_view.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { Lazy } from "./lazy.ts";
import type { Field } from "./state.ts";
import { SHORTCUTS } from "./shortcuts.ts";

/** Shows the open dialog, or nothing if none is open. */
export function dialogView(app: App): JSX.Element | null {
  const { dialog } = app.store.state;
  if (dialog === undefined) return null;
  const close = () => app.store.change((state) => state.dialog = undefined);
  if (dialog.kind === "model") {
    return h(Modal, { key: "model", title: t("The model"), close }, h(ModelCard, null));
  }
  if (dialog.kind === "shortcuts") {
    return h(
      Modal,
      { key: "shortcuts", title: t("Keyboard shortcuts"), close },
      shortcutTable(),
    );
  }
  if (dialog.kind === "session") {
    return h(
      Modal,
      { key: "session", title: t("Session"), close },
      h(Lazy, { app, load: loadSessionView }),
    );
  }
  if (dialog.kind === "missing") {
    const field = app.store.state.fields.find(({ id }) => id === dialog.fieldId);
    return field === undefined ? null : missingDialog(app, field, dialog.ids, close);
  }
  return h(
    Modal,
    {
      key: "explain",
      title: t("What the probability of {name} depends on", { name: dialog.name }),
      close,
    },
    h(ExplanationView, { patch: dialog.patch }),
  );
}

const loadSessionView = () => import("./session/session_view.ts");

/** Asks whether mitoses that are missing in a corrected file are rejected. */
function missingDialog(
  { store }: App,
  field: Field,
  ids: readonly number[],
  close: () => void,
): JSX.Element {
  const reject = async () => {
    const { rejectMissing } = await import("./session/open_session.ts");
    rejectMissing(store, field, ids);
    close();
  };
  return h(
    Modal,
    { key: "missing", title: t("Mitoses that the file does not have"), close },
    h(
      "p",
      null,
      t("Cells that count as mitoses here and are not in the file: {count}.", {
        count: ids.length,
      }),
    ),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "primary", onClick: reject }, t("Reject them")),
      h("button", { type: "button", onClick: close }, t("Keep them")),
    ),
  );
}

interface ModalProps {
  readonly title: string;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}

/**
 * Shows a modal `<dialog>`. The browser keeps the focus inside, closes the dialog on Escape and then
 * returns the focus to where it was.
 */
class Modal extends Component<ModalProps> {
  readonly dialog = createRef<HTMLDialogElement>();

  override componentDidMount(): void {
    this.dialog.current?.showModal();
  }

  override render({ title, close, children }: ModalProps): JSX.Element {
    return h(
      "dialog",
      { ref: this.dialog, "aria-labelledby": "dialog-title", onClose: close },
      h(
        "header",
        null,
        h("h2", { id: "dialog-title" }, title),
        h(
          "button",
          {
            type: "button",
            class: "bare",
            "aria-label": t("Close"),
            onClick: () => this.dialog.current?.close(),
          },
          icon("remove"),
        ),
      ),
      h("div", { class: "dialog-body", tabIndex: 0 }, children),
    );
  }
}

/** Shows what the service's page `app/model` contains: the measured quality and the model card. */
class ModelCard extends Component {
  readonly host = createRef<HTMLDivElement>();

  override async componentDidMount(): Promise<void> {
    const response = await fetch(new URL("app/model", document.baseURI)).catch(() => undefined);
    const page = new DOMParser().parseFromString(await response?.text() ?? "", "text/html");
    const card = page.querySelector("main");
    this.host.current?.replaceChildren(
      ...(card?.childNodes ??
        [t("The service did not send the model card. Close this window and try again.")]),
    );
  }

  override shouldComponentUpdate(): boolean {
    return false;
  }

  override render(): JSX.Element {
    return h("div", { ref: this.host, class: "card" }, t("Loading …"));
  }
}

function shortcutTable(): JSX.Element {
  return h(
    "table",
    { class: "shortcuts" },
    h(
      "tbody",
      null,
      ...SHORTCUTS.map(([keys, meaning]) =>
        h(
          "tr",
          { key: keys },
          h("th", { scope: "row" }, h("kbd", null, keys)),
          h("td", null, t(meaning)),
        )
      ),
    ),
  );
}
