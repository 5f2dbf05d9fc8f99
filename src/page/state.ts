/// <reference lib="dom" />
import type { Model } from "./service.ts";
import type { Candidate } from "./review.ts";
import { savedTheme, type Theme } from "./theme.ts";

/** How far the analysis of one image is. */
export type Status = "waiting" | "running" | "done" | "cancelled" | "failed";

/** An image of the size that the network takes: one cell. */
export interface Patch {
  readonly id: number;
  readonly name: string;
  /** What is sent. */
  readonly png: Blob;
  /** What is shown. */
  readonly url: string;
  status: Status;
  probability: number | undefined;
  message: string | undefined;
}

/** A larger image, in which mitoses are looked for. */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly file: Blob;
  readonly width: number;
  readonly height: number;
  status: Status;
  /** 0 to 1. */
  progress: number;
  message: string | undefined;
  /** Microns per pixel, as the person says. */
  mpp: number;
  /** Microns per pixel with which the candidates were found. */
  analyzedMpp: number | undefined;
  candidates: Candidate[];
  /** Id of the candidate that is looked at. */
  selected: number | undefined;
}

/** A file that cannot be opened, and why. */
export interface Unreadable {
  readonly id: number;
  readonly name: string;
  readonly message: string;
}

/** How the gallery is sorted. */
export type PatchOrder = "probability" | "name" | "added";

/** What the page shows beside or over the image. */
export type Dialog =
  | { readonly kind: "model" }
  | { readonly kind: "keys" }
  | { readonly kind: "explain"; readonly name: string; readonly patch: Blob };

/** Everything the page knows. It lives in this tab and nowhere else. */
export interface State {
  model: Model | undefined;
  /** What is wrong with the page as a whole. */
  trouble: string | undefined;
  /** Whether the service asks for an API key. */
  locked: boolean;
  patches: Patch[];
  fields: Field[];
  unreadable: Unreadable[];
  /** Files that are being opened. */
  opening: number;
  /** What is looked at: the gallery, or a field by its id. */
  open: "patches" | number | undefined;
  threshold: number;
  order: PatchOrder;
  /** Layers over a field. */
  layers: { marks: boolean; below: boolean; heat: boolean };
  /** Whether a click into the field adds a mitosis. */
  adding: boolean;
  dialog: Dialog | undefined;
  theme: Theme;
  /** Read out by screen readers. */
  announcement: string;
}

/** The state, and who wants to hear of its changes. */
export interface Store {
  readonly state: State;
  /** Changes the state; the page is drawn again before the next frame. */
  change(edit: (state: State) => void): void;
}

/** A store whose `draw` is called once a frame at most. */
export function createStore(draw: () => void): Store {
  const state: State = {
    model: undefined,
    trouble: undefined,
    locked: false,
    patches: [],
    fields: [],
    unreadable: [],
    opening: 0,
    open: undefined,
    threshold: 0.5,
    order: "probability",
    layers: { marks: true, below: false, heat: false },
    adding: false,
    dialog: undefined,
    theme: savedTheme(),
    announcement: "",
  };
  let planned = false;
  return {
    state,
    change(edit) {
      edit(state);
      if (planned) return;
      planned = true;
      requestAnimationFrame(() => {
        planned = false;
        draw();
      });
    },
  };
}

let lastId = 0;

/** A number that nothing else in this tab has. */
export function newId(): number {
  return ++lastId;
}

/** The field that is looked at. */
export function openField({ fields, open }: State): Field | undefined {
  return fields.find(({ id }) => id === open);
}
