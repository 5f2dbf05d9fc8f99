/// <reference lib="dom" />
import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { ACCEPTED_FILES } from "./decode_picture.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { openingText } from "./queue_view.ts";

/** Names of the synthetic samples that the service offers at `samples/`. */
const SAMPLES = ["metaphase", "anaphase", "interphase", "stroma", "field"];

/** Shows the page before the first image is opened. */
export function welcomeView(app: App): JSX.Element {
  const { model, openingCount } = app.store.state;
  const patchSize = model === undefined
    ? ""
    : ` ${t("of {size} px", { size: `${model.input.width} × ${model.input.height}` })}`;
  return h(
    "main",
    { id: "main", class: "welcome", tabIndex: -1 },
    h(
      "div",
      { class: "drop-zone" },
      h(
        "h2",
        null,
        openingCount > 0 ? openingText(app.store.state) : t("Drop an image to find its mitoses"),
      ),
      h(
        "p",
        null,
        `${t("PNG, JPEG or TIFF of H&E-stained tissue, one or many. You can also paste with")} `,
        h("kbd", null, "Ctrl V"),
        ".",
      ),
      h(
        "p",
        { class: "choices" },
        openFilesButton(app, t("Choose files"), "primary"),
        h(
          "button",
          { type: "button", onClick: () => openSamples(app) },
          t("Try the synthetic samples"),
        ),
        matchMedia("(pointer: coarse)").matches
          ? h("button", { type: "button", onClick: () => takePhoto(app) }, t("Take a photo"))
          : null,
      ),
    ),
    h(
      "ul",
      { class: "facts" },
      h(
        "li",
        null,
        h("strong", null, t("A field of view")),
        t("It is searched. The mitoses that are found are marked, listed and counted per mm²."),
      ),
      h(
        "li",
        null,
        h("strong", null, `${t("Patches")}${patchSize}`),
        t("They are scored one by one and shown side by side."),
      ),
      h(
        "li",
        null,
        h("strong", null, t("No image is stored.")),
        t("Images are sent to this service only, which forgets them after its answer."),
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
    input.accept = `${ACCEPTED_FILES},.json,.geojson`;
    input.onchange = () => app.openFiles([...input.files ?? []]);
    input.click();
  };
  return h("button", { type: "button", class: className, onClick: choose }, icon("add"), text);
}

/** Opens the camera of a phone or tablet, and then its photo. */
function takePhoto(app: App): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.capture = "environment";
  input.onchange = () => app.openFiles([...input.files ?? []]);
  input.click();
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
      state.problem = t("The service does not answer, so the samples cannot be opened.")
    );
  }
}
