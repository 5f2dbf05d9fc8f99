/// <reference lib="dom" />
import type { Candidate } from "./candidate.ts";
import type { Scale } from "./scale.ts";
import type { Model } from "./service.ts";
import { savedTheme, type Theme } from "./theme.ts";

/** How the scoring of a patch stands. Only a patch that is done has a probability. */
export type Scoring =
  | { readonly status: "waiting" | "scoring" | "cancelled" }
  | { readonly status: "done"; readonly probability: number }
  | { readonly status: "failed"; readonly message: string };

/** An image of the size that the network takes. */
export interface Patch {
  readonly id: number;
  readonly name: string;
  /** The file that is sent. */
  readonly png: Blob;
  /** Address of the image that is shown. */
  readonly url: string;
  scoring: Scoring;
}

/** How the search of a field stands. Only a field that is done has a count, a density and exports. */
export type Search =
  | { readonly status: "waiting" | "cancelled" }
  /** `progress` is the share that is searched, 0 to 1. */
  | { readonly status: "searching"; readonly progress: number }
  | { readonly status: "done"; readonly scale: Scale }
  | { readonly status: "failed"; readonly message: string };

/** The result of a search that was done before the present one. */
export interface FormerResult {
  readonly scale: Scale;
  readonly candidates: Candidate[];
}

/** An image larger than a patch, which is searched for mitoses. */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly file: Blob;
  readonly width: number;
  readonly height: number;
  /** Resolution of the model in micrometers per pixel; marks are drawn at it until the field's is known. */
  readonly modelMpp: number;
  /** Micrometers per pixel that the person entered; undefined where the service is to find them. */
  enteredMpp: number | undefined;
  search: Search;
  /** Candidates of the search under way or done; empty in every other state. */
  candidates: Candidate[];
  /** Candidates that the person reviewed before the present search. They are not shown. */
  reviewed: Candidate[];
  /** The last result, while a new search waits, runs, has failed or was cancelled. It is not shown. */
  formerResult: FormerResult | undefined;
  /** Id of the selected candidate. */
  selected: number | undefined;
}

/** A file that cannot be opened, and why. */
export interface UnreadableFile {
  readonly id: number;
  readonly name: string;
  readonly message: string;
}

/** The order of the patches in the gallery. */
export type PatchOrder = "probability" | "name" | "added";

/** A dialog over the page. */
export type Dialog =
  | { readonly kind: "model" }
  | { readonly kind: "shortcuts" }
  | { readonly kind: "explain"; readonly name: string; readonly patch: Blob };

/** Everything the page knows. It stays in this tab. */
export interface State {
  model: Model | undefined;
  /** A problem of the whole page, in a sentence. */
  problem: string | undefined;
  /** Whether the service asks for an API key. */
  needsApiKey: boolean;
  patches: Patch[];
  fields: Field[];
  unreadableFiles: UnreadableFile[];
  /** Number of files that are being opened. */
  openingCount: number;
  /** What is shown: the gallery of patches, or a field by its id. */
  shown: "patches" | number | undefined;
  /** Probability from which on a candidate or a patch counts as a mitosis. */
  threshold: number;
  patchOrder: PatchOrder;
  /** Layers over a field: marks, marks of candidates below the threshold, the density map. */
  layers: { marks: boolean; below: boolean; density: boolean };
  /** Whether a click into the field adds a mitosis. */
  adding: boolean;
  dialog: Dialog | undefined;
  theme: Theme;
  /** Text that screen readers read out. */
  announcement: string;
}

/** Holds the state and draws the page when it changes. */
export interface Store {
  readonly state: State;
  /** Changes the state; the page is drawn before the next frame. */
  change(edit: (state: State) => void): void;
}

/** Creates a store that calls `draw` at most once a frame. */
export function createStore(draw: () => void): Store {
  const state: State = {
    model: undefined,
    problem: undefined,
    needsApiKey: false,
    patches: [],
    fields: [],
    unreadableFiles: [],
    openingCount: 0,
    shown: undefined,
    threshold: 0.5,
    patchOrder: "probability",
    layers: { marks: true, below: false, density: false },
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

/** Returns a number that nothing else in this tab has. */
export function newId(): number {
  return ++lastId;
}

/** Returns the field that is shown, if any. */
export function shownField({ fields, shown }: State): Field | undefined {
  return fields.find(({ id }) => id === shown);
}
