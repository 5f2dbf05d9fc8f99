/// <reference lib="dom" />
import { decodePicture, fileFormat, pngOf } from "./decode_picture.ts";
import type { PictureCache } from "./picture_cache.ts";
import type { Model } from "./service.ts";
import { NO_REVIEW } from "./review/decision.ts";
import { savedReview, sha256Of } from "./review/autosave.ts";
import { isSamePicture } from "./session/session.ts";
import { newId, type State, type Store } from "./state.ts";

/**
 * Opens files one after another. An image of the size that the network takes becomes a patch. A larger
 * image becomes a field. Every other file is listed with the reason why it cannot be opened.
 *
 * @param pictures Keeps the decoded picture of a field that is shown.
 * @param model The model of the service. No image is added before it is known.
 * @param onOpened Called after each file, so that its analysis can start.
 */
export async function openFiles(
  files: readonly File[],
  store: Store,
  pictures: PictureCache,
  model: Promise<Model>,
  onOpened: () => void,
): Promise<void> {
  store.change((state) => state.openingCount += files.length);
  for (const file of files) {
    const isDecisions = /\.(geo)?json$/i.test(file.name);
    const opened = isDecisions ? openDecisionsFile(file, store) : openFile(file, pictures, model);
    const add = await opened.catch((thrown: Error) => (state: State) => {
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

/**
 * Opens a session or a GeoJSON.
 *
 * @throws {Error} If it cannot be read.
 */
async function openDecisionsFile(file: File, store: Store): Promise<(state: State) => void> {
  const { openDecisions } = await import("./session/open_session.ts");
  await openDecisions(store, file);
  return () => {};
}

/**
 * Opens one file and returns the change that adds it to the state.
 *
 * @throws {UnreadableError} If the file cannot be decoded.
 * @throws {Error} If the image is narrower or lower than a patch.
 */
async function openFile(
  file: File,
  pictures: PictureCache,
  model: Promise<Model>,
): Promise<(state: State) => void> {
  const picture = await decodePicture(file);
  let isField = false;
  try {
    const { input, mpp } = await model;
    const { width, height } = picture;
    const ofSession = ({ session }: State) =>
      session?.pictures.find((one) => isSamePicture(one, { name: file.name, sha256 }));
    const id = newId();
    const sha256 = await sha256Of(file);
    const saved = sha256 === undefined ? undefined : savedReview(sha256, newId);
    if (width === input.width && height === input.height) {
      // A PNG is sent unchanged, so that the service checks the file that the person has.
      const png = await fileFormat(file) === "PNG" ? file : await pngOf(picture);
      const url = URL.createObjectURL(png);
      return (state) => {
        const session = ofSession(state);
        state.patches.push({
          id,
          name: file.name,
          png,
          url,
          sha256,
          scoring: { status: "waiting" },
          review: saved ?? session?.review ?? NO_REVIEW,
        });
        state.shown ??= "patches";
      };
    }
    if (width < input.width || height < input.height) {
      throw new Error(
        `This image has ${width} × ${height} pixels. A patch has ` +
          `${input.width} × ${input.height} pixels, a field has more.`,
      );
    }
    isField = true;
    return (state) => {
      const session = ofSession(state);
      // The first field is shown at once; the others are decoded again when they are shown.
      if (state.shown === undefined) pictures.put(id, picture);
      else picture.close();
      state.fields.push({
        id,
        name: file.name,
        file,
        sha256,
        width,
        height,
        modelMpp: mpp,
        enteredMpp: session?.enteredMpp,
        search: { status: "waiting" },
        found: [],
        candidates: [],
        revision: 0,
        review: saved ?? session?.review ?? NO_REVIEW,
        isInCase: true,
        formerResult: undefined,
        selected: undefined,
      });
      state.shown ??= id;
    };
  } finally {
    if (!isField) picture.close();
  }
}

/** Calls `open` with the files that are dropped on the page or pasted into it. */
export function listenForFiles(open: (files: File[]) => void): void {
  // Elements under the pointer that the drag has entered and not yet left.
  let entered = 0;
  const showHint = () => document.documentElement.classList.toggle("dragging", entered > 0);
  document.addEventListener("dragenter", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    entered++;
    showHint();
  });
  document.addEventListener("dragleave", () => {
    entered = Math.max(0, entered - 1);
    showHint();
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    entered = 0;
    showHint();
    open([...event.dataTransfer?.files ?? []]);
  });
  document.addEventListener("paste", (event) => open([...event.clipboardData?.files ?? []]));
}
