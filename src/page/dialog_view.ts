/// <reference lib="dom" />
import { Component, type ComponentChildren, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import { ExplainBody } from "./explain_body.ts";
import { icon } from "./icon.ts";

/** The dialog that is open, if any. */
export function dialogView(app: App): JSX.Element | null {
  const { dialog } = app.store.state;
  if (dialog === undefined) return null;
  const close = () => app.store.change((state) => state.dialog = undefined);
  if (dialog.kind === "model") {
    return h(Modal, { key: "model", title: "The model", close }, h(ModelBody, null));
  }
  if (dialog.kind === "keys") {
    return h(Modal, { key: "keys", title: "Keys", close }, keysBody());
  }
  return h(
    Modal,
    { key: "explain", title: `What the model looked at in ${dialog.name}`, close },
    h(ExplainBody, { patch: dialog.patch }),
  );
}

interface ModalProps {
  readonly title: string;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}

/** A `<dialog>`: the browser keeps the focus in it, closes it on Escape and gives the focus back. */
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
            "aria-label": "Close",
            onClick: () => this.dialog.current?.close(),
          },
          icon("remove"),
        ),
      ),
      h("div", { class: "dialog-body", tabIndex: 0 }, children),
    );
  }
}

/** Quality and model card, as the service writes them at `app/model`. */
class ModelBody extends Component {
  readonly host = createRef<HTMLDivElement>();

  override async componentDidMount(): Promise<void> {
    const response = await fetch(new URL("app/model", document.baseURI)).catch(() => undefined);
    const page = new DOMParser().parseFromString(await response?.text() ?? "", "text/html");
    const card = page.querySelector("main");
    this.host.current?.replaceChildren(
      ...(card?.childNodes ?? ["The service does not answer, so its model card cannot be shown."]),
    );
  }

  override shouldComponentUpdate(): boolean {
    return false;
  }

  override render(): JSX.Element {
    return h("div", { ref: this.host, class: "card" }, "Loading …");
  }
}

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ["↑ ↓", "Previous and next candidate; the view flies there"],
  ["A", "Accept the selected candidate"],
  ["R", "Reject it; remove it where it was added by hand"],
  ["N", "Add a mitosis by hand; then Enter adds it at the cross"],
  ["M, B, H", "Show or hide marks, candidates below the threshold, heat map"],
  ["[ ]", "Lower or raise the threshold"],
  ["Arrows, + −, 0", "With the focus on the image: move, zoom, show all"],
  ["Esc", "Stop adding; close a dialog"],
];

function keysBody(): JSX.Element {
  return h(
    "table",
    { class: "keys" },
    h(
      "tbody",
      null,
      ...KEYS.map(([keys, meaning]) =>
        h(
          "tr",
          { key: keys },
          h("th", { scope: "row" }, h("kbd", null, keys)),
          h("td", null, meaning),
        )
      ),
    ),
  );
}
