/// <reference lib="dom" />
import { openPicture, pngOf } from "./picture.ts";
import type { Model } from "./service.ts";
import { newId, type State, type Store } from "./state.ts";

/**
 * Takes files in: opens each, and puts it with the patches where it has the size that the network
 * takes, with the fields where it is larger.
 *
 * @param added Called after each file, so that its analysis can begin.
 */
export async function takeIn(
  files: readonly File[],
  store: Store,
  model: Promise<Model>,
  added: () => void,
): Promise<void> {
  store.change((state) => state.opening += files.length);
  for (const file of files) {
    const put = await place(file, model).catch((thrown: Error) => (state: State) => {
      state.unreadable.push({ id: newId(), name: file.name, message: thrown.message });
      state.announcement = `${file.name}: ${thrown.message}`;
    });
    store.change((state) => {
      state.opening--;
      put(state);
    });
    added();
  }
}

/** Opens one file and says where it belongs. */
async function place(file: File, model: Promise<Model>): Promise<(state: State) => void> {
  const picture = await openPicture(file);
  const { input, mpp } = await model;
  const { width, height } = picture;
  const id = newId();
  if (width === input.width && height === input.height) {
    const png = file.type === "image/png" ? file : await pngOf(picture);
    picture.close();
    const url = URL.createObjectURL(png);
    return (state) => {
      const status = "waiting" as const;
      const fresh = { id, name: file.name, png, url, status };
      state.patches.push({ ...fresh, probability: undefined, message: undefined });
      state.open ??= "patches";
    };
  }
  picture.close();
  if (width < input.width || height < input.height) {
    throw new Error(
      `This image has ${width} × ${height} pixels; one cell already takes ` +
        `${input.width} × ${input.height}.`,
    );
  }
  return (state) => {
    state.fields.push({
      id,
      name: file.name,
      file,
      width,
      height,
      status: "waiting",
      progress: 0,
      message: undefined,
      mpp,
      analyzedMpp: undefined,
      candidates: [],
      selected: undefined,
    });
    state.open ??= id;
  };
}

/** Listens for files that are dropped on the page or pasted into it. */
export function listenForFiles(take: (files: File[]) => void): void {
  let depth = 0;
  const mark = () => document.documentElement.classList.toggle("dragging", depth > 0);
  document.addEventListener("dragenter", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    depth++;
    mark();
  });
  document.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    mark();
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    mark();
    take([...event.dataTransfer?.files ?? []]);
  });
  document.addEventListener("paste", (event) => take([...event.clipboardData?.files ?? []]));
}
