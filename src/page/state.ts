/// <reference lib="dom" />
import type { Point } from "../image/region.ts";
import type { Candidate, Found } from "./candidate.ts";
import type { Language } from "./language.ts";
import { savedLanguage } from "./language.ts";
import type { PictureReview } from "./review/decision.ts";
import type { Session } from "./session/session.ts";
import type { Scale } from "./scale.ts";
import type { Model } from "./service.ts";
import { savedTheme, type Theme } from "./theme.ts";

/** The state of the scoring of a patch. Only a patch that is done has a probability, 0 to 1. */
export type Scoring =
  | { readonly status: "waiting" | "scoring" | "cancelled" }
  | { readonly status: "done"; readonly probability: number }
  | { readonly status: "failed"; readonly message: string };

/** An image of the size that the network takes, which is scored as a whole. */
export interface Patch {
  readonly id: number;
  readonly name: string;
  /** The PNG that is sent to the service. */
  readonly png: Blob;
  /** Object URL of the image, for display. */
  readonly url: string;
  /** SHA-256 of the file as hexadecimal digits; undefined where the browser cannot compute it. */
  readonly sha256: string | undefined;
  scoring: Scoring;
  review: PictureReview;
}

/** The state of the search of a field. Only a field that is done has a final count and exports. */
export type Search =
  | { readonly status: "waiting" | "cancelled" }
  /** `progress` is the share of the field that is searched, 0 to 1. */
  | { readonly status: "searching"; readonly progress: number }
  | { readonly status: "done"; readonly scale: Scale; readonly isTruncated: boolean }
  | { readonly status: "failed"; readonly message: string };

/** The result of the last search that was done before the present one. */
export interface FormerResult {
  readonly search: Search & { readonly status: "done" };
  readonly found: readonly Found[];
}

/** An image larger than a patch, which is searched for mitoses. */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly file: Blob;
  /** SHA-256 of the file as hexadecimal digits; undefined where the browser cannot compute it. */
  readonly sha256: string | undefined;
  /** Size of the image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel of the model. Marks are drawn at this scale until the field's is known. */
  readonly modelMpp: number;
  /** Micrometers per pixel that the person entered; undefined if the service decides. */
  enteredMpp: number | undefined;
  search: Search;
  /** What the model found, while the field is being searched and when its search is done. */
  found: readonly Found[];
  /** What was found, with the person's decisions; empty unless there is or will be a result. */
  candidates: readonly Candidate[];
  /** Counts the changes of `candidates`, so that views know when to draw them again. */
  revision: number;
  review: PictureReview;
  /** Whether the field belongs to the case whose counts are added up. */
  isInCase: boolean;
  /** The last result, while a new search waits, runs, or has ended without a result. It is not shown. */
  formerResult: FormerResult | undefined;
  /** Id of the selected candidate. */
  selected: number | undefined;
}

/** A picture that a person reviews. */
export type Picture = Field | Patch;

/** A change of one picture's review, which can be undone. */
export interface Change {
  readonly picture: Picture;
  readonly before: PictureReview;
  readonly after: PictureReview;
}

/** A file that cannot be opened, and why. */
export interface UnreadableFile {
  readonly id: number;
  readonly name: string;
  readonly message: string;
}

/** The order of the patches in the gallery. */
export type PatchOrder = "probability" | "name" | "added";

/** Identifies an entry of the list of images: all patches together, or one field by its id. */
export type EntryId = "patches" | number;

/** A dialog over the page. */
export type Dialog =
  | { readonly kind: "model" }
  | { readonly kind: "shortcuts" }
  | { readonly kind: "session" }
  /** Mitoses of a field that are missing in a file that the person corrected. */
  | { readonly kind: "missing"; readonly fieldId: number; readonly ids: readonly number[] }
  | { readonly kind: "explain"; readonly name: string; readonly patch: Blob };

/** Which candidates the gallery shows, and in which order. */
export type ReviewFilter = "counted" | "unreviewed" | "near" | "rejected" | "every";
export type ReviewOrder = "probability" | "place";

/** The part of the result that is shown. */
export type ResultTab = "candidates" | "counting" | "export";

/** What is shown of a field in the middle of the page. */
export type Pane = "viewer" | "review";

/**
 * What a click on the field does: select a candidate, add a mitosis, or place a part of a counting area.
 */
export type Tool = "select" | "add" | "circle" | "fields" | "rectangle" | "polygon";

/**
 * The whole state of the page. It is kept only in this tab, except for the theme, the language and the
 * person's decisions (`review/autosave.ts`).
 */
export interface State {
  /** The model of the service, once it is known. */
  model: Model | undefined;
  /** A message about a problem that concerns the whole page. */
  problem: string | undefined;
  /** Whether the service did not describe its model because the request had no valid API key. */
  needsApiKey: boolean;
  /** Whether the service refused the API key that the person entered. */
  isKeyRefused: boolean;
  patches: Patch[];
  fields: Field[];
  unreadableFiles: UnreadableFile[];
  /** Number of files that are being opened. */
  openingCount: number;
  /** The entry that is shown: the patches in the gallery, or a field in the viewer. */
  shown: EntryId | undefined;
  /** The lowest probability at which a candidate or a patch counts as a mitosis, 0 to 1. */
  threshold: number;
  patchOrder: PatchOrder;
  /** Which layers are shown: all marks, those of candidates below the threshold, the density map. */
  layers: { marks: boolean; below: boolean; density: boolean };
  tool: Tool;
  /** Whether the selection moves to the next candidate without a decision after a decision by key. */
  advances: boolean;
  /** Changes that can be undone, and undone ones that can be made again; the latest is last. */
  undo: Change[];
  redo: Change[];
  /** Whether decisions were made since a session was saved. */
  isUnsaved: boolean;
  /** The person who reviews, and the case, as they named them. */
  reviewer: string;
  caseLabel: string;
  /** The session that was opened last, whose pictures may be opened later. */
  session: Session | undefined;
  /** The session of another person, to compare with. */
  second: Session | undefined;
  /** What is shown of a field: the viewer, or the gallery of its candidates. */
  pane: Pane;
  /** Whether the report is shown in place of the pictures. */
  isReport: boolean;
  reviewFilter: ReviewFilter;
  reviewOrder: ReviewOrder;
  tab: ResultTab;
  /** Points of a counting area that is being placed, in pixels of the image. */
  draft: readonly Point[];
  /** Sizes of the next counting area: that of a circle, and number and diameter of fields. */
  circleMm2: number;
  fieldCount: number;
  fieldDiameterMm: number;
  /** Whether exports include what the person rejected. */
  exportsRejected: boolean;
  dialog: Dialog | undefined;
  theme: Theme;
  language: Language;
  /** The last event of interest, which screen readers read out. */
  announcement: string;
}

/** Holds the state and draws the page when it changes. */
export interface Store {
  readonly state: State;
  /** Changes the state at once, and draws the page with the next frame. */
  change(edit: (state: State) => void): void;
}

/** Creates a store that calls `draw` at most once a frame. */
export function createStore(draw: () => void): Store {
  const state: State = {
    model: undefined,
    problem: undefined,
    needsApiKey: false,
    isKeyRefused: false,
    patches: [],
    fields: [],
    unreadableFiles: [],
    openingCount: 0,
    shown: undefined,
    threshold: 0.5,
    patchOrder: "probability",
    layers: { marks: true, below: false, density: false },
    tool: "select",
    advances: true,
    undo: [],
    redo: [],
    isUnsaved: false,
    reviewer: "",
    caseLabel: "",
    session: undefined,
    second: undefined,
    pane: "viewer",
    isReport: false,
    reviewFilter: "counted",
    reviewOrder: "probability",
    tab: "candidates",
    draft: [],
    circleMm2: 2,
    fieldCount: 10,
    fieldDiameterMm: 0.59,
    exportsRejected: false,
    dialog: undefined,
    theme: savedTheme(),
    language: savedLanguage(),
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

/** Returns a new id, which is unique in this tab. */
export function newId(): number {
  return ++lastId;
}

/** Returns the field that is shown, if any. */
export function shownField({ fields, shown }: State): Field | undefined {
  return fields.find(({ id }) => id === shown);
}
