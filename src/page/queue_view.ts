import { h, type JSX } from "preact";
import type { App } from "./app.ts";
import { icon } from "./icon.ts";
import { mitosesOf } from "./review.ts";
import type { Field, Patch, State, Status } from "./state.ts";

/** One line of the list of images. */
interface Row {
  readonly id: "patches" | number;
  readonly name: string;
  readonly status: Status;
  readonly progress: number | undefined;
  readonly text: string;
  remove(state: State): void;
}

/** The images of this session, how far each is, and what was found. */
export function queueView(app: App): JSX.Element {
  const { state } = app.store;
  const rows = [
    ...(state.patches.length > 0 ? [patchesRow(state)] : []),
    ...state.fields.map((field) => fieldRow(app, field, state.threshold)),
  ];
  return h(
    "nav",
    { class: "queue", "aria-label": "Images" },
    h("ul", null, ...rows.map((row) => rowView(app, row)), ...unreadableViews(app)),
    state.opening > 0 ? h("p", { class: "hint" }, `Opening ${state.opening} …`) : null,
  );
}

function patchesRow({ patches, threshold }: State): Row {
  const done = patches.filter(({ status }) => status === "done");
  const called = done.filter(({ probability = -1 }) => probability >= threshold).length;
  const status = overall(patches);
  return {
    id: "patches",
    name: `${patches.length} ${patches.length === 1 ? "patch" : "patches"}`,
    status,
    progress: done.length / patches.length,
    text: status === "done" ? `${called} with a mitosis` : `${done.length} scored`,
    remove(state) {
      for (const { url } of state.patches) URL.revokeObjectURL(url);
      state.patches = [];
    },
  };
}

function overall(patches: readonly Patch[]): Status {
  const order: Status[] = ["running", "waiting", "cancelled", "done", "failed"];
  return order.find((status) => patches.some((patch) => patch.status === status)) ?? "done";
}

function fieldRow(app: App, field: Field, threshold: number): Row {
  const count = mitosesOf(field.candidates, threshold).length;
  const mitoses = `${count} ${count === 1 ? "mitosis" : "mitoses"}`;
  const texts: Record<Status, string> = {
    waiting: "waiting",
    running: `${Math.round(field.progress * 100)} %, ${mitoses} so far`,
    done: mitoses,
    cancelled: count > 0 ? `cancelled, ${mitoses} so far` : "cancelled",
    failed: "failed",
  };
  return {
    id: field.id,
    name: field.name,
    status: field.status,
    progress: field.progress,
    text: texts[field.status],
    remove(state) {
      app.pictures.drop(field.id);
      state.fields = state.fields.filter(({ id }) => id !== field.id);
    },
  };
}

function rowView(app: App, row: Row): JSX.Element {
  const { store, analysis } = app;
  const open = store.state.open === row.id;
  const busy = row.status === "running" || row.status === "waiting";
  const remove = () =>
    store.change((state) => {
      row.remove(state);
      if (open) state.open = state.patches.length > 0 ? "patches" : state.fields[0]?.id;
    });
  return h(
    "li",
    { key: row.id, class: `queue-item ${row.status}` },
    h(
      "button",
      {
        type: "button",
        class: "queue-open",
        "aria-current": open ? "true" : undefined,
        onClick: () =>
          store.change((state) => {
            state.open = row.id;
            state.adding = false;
          }),
      },
      h("span", { class: "queue-name", title: row.name }, row.name),
      h("span", { class: "queue-text" }, row.text),
      busy
        ? h("progress", {
          max: 1,
          value: row.status === "running" ? row.progress : 0,
          "aria-label": `Analysis of ${row.name}`,
        })
        : null,
    ),
    busy
      ? h(
        "button",
        {
          type: "button",
          class: "small",
          "aria-label": `Cancel ${row.name}`,
          onClick: () => analysis.cancel(row.id),
        },
        "Cancel",
      )
      : h(
        "button",
        {
          type: "button",
          class: "bare",
          title: "Close this image",
          "aria-label": `Close ${row.name}`,
          onClick: remove,
        },
        icon("remove"),
      ),
  );
}

function unreadableViews({ store }: App): JSX.Element[] {
  return store.state.unreadable.map(({ id, name, message }) =>
    h(
      "li",
      { key: `unreadable-${id}`, class: "queue-item failed" },
      h(
        "p",
        { class: "queue-open", role: "alert" },
        h("span", { class: "queue-name", title: name }, name),
        h("span", { class: "queue-text" }, icon("warning"), message),
      ),
      h(
        "button",
        {
          type: "button",
          class: "bare",
          "aria-label": `Dismiss ${name}`,
          onClick: () =>
            store.change((state) =>
              state.unreadable = state.unreadable.filter((entry) => entry.id !== id)
            ),
        },
        icon("remove"),
      ),
    )
  );
}
