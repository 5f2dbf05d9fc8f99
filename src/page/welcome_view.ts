/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { ACCEPTED_FILES } from "./decode_picture.ts";
import { icon } from "./icon.ts";

/** Names of the synthetic samples that the service offers at `samples/`. */
const SAMPLES = ["metaphase", "anaphase", "interphase", "stroma", "field"];

/** Shows the page before the first image is opened. */
export function welcomeView(app: App): JSX.Element {
  const { model, openingCount } = app.store.state;
  const patchSize = model === undefined
    ? ""
    : ` of ${model.input.width} × ${model.input.height} px`;
  return h(
    "main",
    { id: "main", class: "welcome", tabIndex: -1 },
    h(
      "div",
      { class: "drop-zone" },
      h("h2", null, openingCount > 0 ? "Opening …" : "Drop an image to find its mitoses"),
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
        openFilesButton(app, "Choose files", "primary"),
        h(
          "button",
          { type: "button", onClick: () => openSamples(app) },
          "Try the synthetic samples",
        ),
      ),
    ),
    h(
      "ul",
      { class: "facts" },
      h(
        "li",
        null,
        h("strong", null, "A field of view "),
        "is searched. The mitoses that are found are marked, listed and counted per mm².",
      ),
      h(
        "li",
        null,
        h("strong", null, `Patches${patchSize} `),
        "are scored one by one and shown side by side.",
      ),
      h(
        "li",
        null,
        h("strong", null, "No image is stored. "),
        "Images are sent to this service only, which forgets them after its answer.",
      ),
    ),
  );
}

/** Shows a button that opens the file chooser. */
export function openFilesButton(app: App, text: string, className = ""): JSX.Element {
  const choose = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = ACCEPTED_FILES;
    input.onchange = () => app.openFiles([...input.files ?? []]);
    input.click();
  };
  return h("button", { type: "button", class: className, onClick: choose }, icon("add"), text);
}

async function openSamples(app: App): Promise<void> {
  try {
    const files = await Promise.all(SAMPLES.map(async (name) => {
      const response = await fetch(new URL(`samples/${name}.png`, document.baseURI));
      return new File([await response.blob()], `${name}.png`, { type: "image/png" });
    }));
    app.openFiles(files);
  } catch {
    app.store.change((state) =>
      state.problem = "The service does not answer, so the samples cannot be opened."
    );
  }
}
