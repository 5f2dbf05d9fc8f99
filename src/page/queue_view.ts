import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { countMitoses, formatMitoses } from "./candidate.ts";
import { icon } from "./icon.ts";
import { t } from "./language.ts";
import { forgetChanges } from "./review/history.ts";
import { countPatches } from "./patches.ts";
import type { EntryId, Field, State } from "./state.ts";

/** One entry of the list of images. */
interface Entry {
  readonly id: EntryId;
  readonly name: string;
  /** The progress, the result or the failure. */
  readonly text: string;
  readonly failed: boolean;
  /** Share that is done, 0 to 1; undefined unless the entry waits or is in progress. */
  readonly progress: number | undefined;
  /** Removes the images of the entry from the state. */
  remove(state: State): void;
}

/** Shows the list of opened images, with the progress or the result of each. */
export function queueView(app: App): JSX.Element {
  const { state } = app.store;
  const entries = [
    ...(state.patches.length > 0 ? [patchesEntry(state)] : []),
    ...state.fields.map((field) => fieldEntry(app, field, state.threshold)),
  ];
  return h(
    "nav",
    { class: "queue", "aria-label": t("Images") },
    h("ul", null, ...entries.map((entry) => entryView(app, entry)), ...unreadableFiles(app)),
    state.openingCount > 0 ? h("p", { class: "hint" }, openingText(state)) : null,
  );
}

/** Says how many files are being opened, or that they wait because the service does not describe its model. */
export function openingText({ openingCount: count, model, problem }: State): string {
  return model === undefined && problem !== undefined
    ? t("{count} wait until the service describes its model.", { count })
    : t("Opening {count} …", { count });
}

function patchesEntry(state: State): Entry {
  const { total, pending, scored, mitoses, failed, cancelled } = countPatches(state);
  const result = [
    ...(scored > 0 ? [t("{count} with a mitosis", { count: mitoses })] : []),
    ...(failed > 0 ? [`${t("{count} failed", { count: failed })}: ${firstMessage(state)}`] : []),
    ...(cancelled > 0 ? [t("{count} cancelled", { count: cancelled })] : []),
  ];
  return {
    id: "patches",
    name: total === 1 ? t("1 patch") : t("{count} patches", { count: total }),
    text: pending > 0 ? t("{scored} of {total} scored", { scored, total }) : result.join(", "),
    failed: failed > 0,
    progress: pending > 0 ? scored / total : undefined,
    remove(state) {
      for (const patch of state.patches) {
        URL.revokeObjectURL(patch.url);
        forgetChanges(state, patch);
      }
      state.patches = [];
    },
  };
}

function firstMessage({ patches }: State): string {
  for (const { scoring } of patches) if (scoring.status === "failed") return scoring.message;
  return "";
}

function fieldEntry(app: App, field: Field, threshold: number): Entry {
  const { id, name, search } = field;
  return {
    id,
    name,
    text: searchText(field, threshold),
    failed: search.status === "failed",
    progress: search.status === "searching"
      ? search.progress
      : search.status === "waiting"
      ? 0
      : undefined,
    remove(state) {
      app.pictures.drop(id);
      forgetChanges(state, field);
      state.fields = state.fields.filter((other) => other !== field);
    },
  };
}

/** Describes the state of a search. A search that failed or was cancelled has no count. */
function searchText({ search, candidates }: Field, threshold: number): string {
  const mitoses = formatMitoses(countMitoses(candidates, threshold));
  switch (search.status) {
    case "searching":
      if (search.progress === 0 && candidates.length === 0) return t("sending the picture …");
      return t("{percent} %, {mitoses} so far", {
        percent: Math.round(search.progress * 100),
        mitoses,
      });
    case "done":
      return mitoses;
    case "failed":
      return search.message;
    default:
      return t(search.status);
  }
}

function entryView(app: App, entry: Entry): JSX.Element {
  const { store, queue } = app;
  const { id, name, progress } = entry;
  const isShown = store.state.shown === id;
  const show = () =>
    store.change((state) => {
      state.shown = id;
      state.tool = "select";
    });
  const remove = () =>
    store.change((state) => {
      entry.remove(state);
      if (isShown) state.shown = state.patches.length > 0 ? "patches" : state.fields[0]?.id;
    });
  return h(
    "li",
    { key: id, class: `queue-item ${entry.failed ? "failed" : ""}` },
    h(
      "button",
      {
        type: "button",
        class: "queue-open",
        "aria-current": isShown ? "true" : undefined,
        onClick: show,
      },
      h("span", { class: "queue-name", title: name }, name),
      h("span", { class: "queue-text" }, entry.failed ? icon("warning") : null, entry.text),
      progress === undefined ? null : h("progress", {
        max: 1,
        value: progress,
        "aria-label": t("Progress of {name}", { name }),
      }),
    ),
    progress === undefined ? removeButton(t("Close {name}", { name }), remove) : h(
      "button",
      {
        type: "button",
        class: "small",
        "aria-label": t("Cancel {name}", { name }),
        onClick: () => queue.cancel(id),
      },
      t("Cancel"),
    ),
  );
}

function removeButton(label: string, onClick: () => void): JSX.Element {
  return h(
    "button",
    { type: "button", class: "bare", title: label, "aria-label": label, onClick },
    icon("remove"),
  );
}

function unreadableFiles({ store }: App): JSX.Element[] {
  return store.state.unreadableFiles.map(({ id, name, message }) => {
    const dismiss = () =>
      store.change((state) =>
        state.unreadableFiles = state.unreadableFiles.filter((file) => file.id !== id)
      );
    return h(
      "li",
      { key: `unreadable-${id}`, class: "queue-item failed" },
      h(
        "p",
        { class: "queue-open", role: "alert" },
        h("span", { class: "queue-name", title: name }, name),
        h("span", { class: "queue-text" }, icon("warning"), message),
      ),
      removeButton(t("Dismiss {name}", { name }), dismiss),
    );
  });
}
