/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { icon } from "./icon.ts";
import { ACCEPTED } from "./picture.ts";

/** Drawings that come with the service. */
const SAMPLES = ["metaphase", "anaphase", "interphase", "stroma", "field"];

/** What is seen before the first image. */
export function welcomeView(app: App): JSX.Element {
  const { model, opening } = app.store.state;
  const { width, height } = model?.input ?? { width: 64, height: 64 };
  return h(
    "main",
    { id: "main", class: "welcome", tabIndex: -1 },
    h(
      "div",
      { class: "drop-zone" },
      h("h2", null, opening > 0 ? "Opening…" : "Drop an image, see the mitoses"),
      h(
        "p",
        null,
        "PNG, JPEG or TIFF of H&E-stained tissue, one or many. You can also paste with ",
        h("kbd", null, "Ctrl V"),
        ".",
      ),
      h(
        "p",
        { class: "choices" },
        chooseButton(app, "Choose files", "primary"),
        h(
          "button",
          { type: "button", onClick: () => takeSamples(app) },
          "Try the drawn samples",
        ),
      ),
    ),
    h(
      "ul",
      { class: "promises" },
      h(
        "li",
        null,
        h("strong", null, "A field of view "),
        "is searched: every mitosis is marked, listed and counted per mm².",
      ),
      h(
        "li",
        null,
        h("strong", null, `Patches of ${width} × ${height} px `),
        "are scored one by one and shown side by side.",
      ),
      h(
        "li",
        null,
        h("strong", null, "Nothing is kept. "),
        "Images go to this service only, are forgotten after the answer, and need no network beyond it.",
      ),
    ),
  );
}

/** A button that opens the file chooser. */
export function chooseButton(app: App, text: string, look = ""): JSX.Element {
  const choose = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = ACCEPTED;
    input.onchange = () => app.take([...input.files ?? []]);
    input.click();
  };
  return h("button", { type: "button", class: look, onClick: choose }, icon("add"), text);
}

async function takeSamples(app: App): Promise<void> {
  const files = await Promise.all(SAMPLES.map(async (name) => {
    const response = await fetch(new URL(`samples/${name}.png`, document.baseURI));
    return new File([await response.blob()], `${name}.png`, { type: "image/png" });
  }));
  app.take(files);
}
