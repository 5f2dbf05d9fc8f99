/// <reference lib="dom" />
import { decodePicture, fileFormat, pngOf } from "./decode_picture.ts";
import type { Model } from "./service.ts";
import { newId, type State, type Store } from "./state.ts";

/**
 * Opens files. An image of the size that the network takes becomes a patch, a larger one a field.
 *
 * @param onOpened Called after each file, so that its analysis can start.
 */
export async function openFiles(
  files: readonly File[],
  store: Store,
  model: Promise<Model>,
  onOpened: () => void,
): Promise<void> {
  store.change((state) => state.openingCount += files.length);
  for (const file of files) {
    const add = await openFile(file, model).catch((thrown: Error) => (state: State) => {
      state.unreadableFiles.push({ id: newId(), name: file.name, message: thrown.message });
      state.announcement = `${file.name}: ${thrown.message}`;
    });
    store.change((state) => {
      state.openingCount--;
      add(state);
    });
    onOpened();
  }
}

/** Opens one file; returns the change that adds it to the state. */
async function openFile(file: File, model: Promise<Model>): Promise<(state: State) => void> {
  const picture = await decodePicture(file);
  try {
    const { input, mpp } = await model;
    const { width, height } = picture;
    const id = newId();
    if (width === input.width && height === input.height) {
      // A PNG is sent as it is, so that the service checks the file that the person has.
      const png = await fileFormat(file) === "PNG" ? file : await pngOf(picture);
      const url = URL.createObjectURL(png);
      return (state) => {
        state.patches.push({ id, name: file.name, png, url, scoring: { status: "waiting" } });
        state.shown ??= "patches";
      };
    }
    if (width < input.width || height < input.height) {
      throw new Error(
        `This image has ${width} × ${height} pixels. A patch has ` +
          `${input.width} × ${input.height} pixels, a field has more.`,
      );
    }
    return (state) => {
      state.fields.push({
        id,
        name: file.name,
        file,
        width,
        height,
        modelMpp: mpp,
        enteredMpp: undefined,
        search: { status: "waiting" },
        candidates: [],
        reviewed: [],
        formerResult: undefined,
        selected: undefined,
      });
      state.shown ??= id;
    };
  } finally {
    picture.close();
  }
}

/** Listens for files that are dropped on the page or pasted into it. */
export function listenForFiles(open: (files: File[]) => void): void {
  let depth = 0;
  const showHint = () => document.documentElement.classList.toggle("dragging", depth > 0);
  document.addEventListener("dragenter", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    depth++;
    showHint();
  });
  document.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    showHint();
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    showHint();
    open([...event.dataTransfer?.files ?? []]);
  });
  document.addEventListener("paste", (event) => open([...event.clipboardData?.files ?? []]));
}
