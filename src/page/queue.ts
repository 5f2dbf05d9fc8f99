/// <reference lib="dom" />
import { formatMitoses, mitosesOf } from "./candidate.ts";
import {
  cancelSearch,
  completeSearch,
  failSearch,
  startSearch,
  updateSearch,
} from "./field_search.ts";
import { countPatches } from "./patches.ts";
import { scaleOf } from "./scale.ts";
import { detect, predict, ServiceError } from "./service.ts";
import type { Field, Patch, Store } from "./state.ts";

/** Patches sent in one request. */
const BATCH_SIZE = 32;

/** Scores patches and searches fields in their order, one request at a time. */
export interface Queue {
  /** Starts with what waits, unless a request is under way. */
  start(): void;
  /** Cancels the patches or a field, whether they wait or their request is under way. */
  cancel(id: "patches" | number): void;
}

/** Creates the queue of the images in `store`. */
export function createQueue(store: Store): Queue {
  let running: { readonly id: "patches" | number; readonly abort: AbortController } | undefined;

  async function work(): Promise<void> {
    const patches = store.state.patches.filter(({ scoring }) => scoring.status === "waiting");
    const field = store.state.fields.find(({ search }) => search.status === "waiting");
    const abort = new AbortController();
    if (patches.length > 0) {
      running = { id: "patches", abort };
      await scorePatches(store, patches.slice(0, BATCH_SIZE), abort.signal);
    } else if (field !== undefined) {
      running = { id: field.id, abort };
      await searchField(store, field, abort.signal);
    } else return;
    running = undefined;
    await work();
  }

  return {
    start() {
      if (running === undefined) work();
    },
    cancel(id) {
      store.change(({ patches, fields }) => {
        for (const patch of id === "patches" ? patches : []) {
          if (patch.scoring.status === "waiting") patch.scoring = { status: "cancelled" };
        }
        for (const field of fields) {
          if (field.id === id && field.search.status === "waiting") cancelSearch(field);
        }
      });
      if (running?.id === id) running.abort.abort();
    },
  };
}

/** Scores one batch. If the service refuses a batch of several, each patch is sent alone. */
async function scorePatches(store: Store, batch: Patch[], signal: AbortSignal): Promise<void> {
  const setAll = (scoring: Patch["scoring"]) =>
    store.change(() => batch.forEach((patch) => patch.scoring = scoring));
  setAll({ status: "scoring" });
  try {
    const probabilities = await predict(batch.map(({ png }) => png), signal);
    store.change((state) => {
      batch.forEach((patch, i) => {
        const probability = probabilities[i];
        patch.scoring = probability === undefined
          ? { status: "failed", message: "The service left this patch out of its answer." }
          : { status: "done", probability };
      });
      const { mitoses, scored } = countPatches(state);
      state.announcement = `${mitoses} of ${scored} scored patches with a mitosis.`;
    });
  } catch (thrown) {
    if (signal.aborted) return setAll({ status: "cancelled" });
    if (batch.length === 1) return setAll({ status: "failed", message: messageOf(thrown) });
    for (const patch of batch) await scorePatches(store, [patch], signal);
  }
}

/** Searches one field and shows what is found meanwhile. */
async function searchField(store: Store, field: Field, signal: AbortSignal): Promise<void> {
  const { enteredMpp } = field;
  store.change(() => startSearch(field));
  try {
    const { image, detections } = await detect(field.file, enteredMpp, {
      progress: (share, found) => store.change(() => updateSearch(field, share, found)),
    }, signal);
    if (image.width !== field.width || image.height !== field.height) {
      throw new ServiceError(
        `The service read ${image.width} × ${image.height} pixels, this browser ` +
          `${field.width} × ${field.height}, so the marks would be at wrong places.`,
      );
    }
    store.change((state) => {
      completeSearch(field, scaleOf(image, enteredMpp), detections);
      const count = mitosesOf(field.candidates, state.threshold).length;
      state.announcement = `${field.name}: ${formatMitoses(count)}.`;
    });
  } catch (thrown) {
    store.change((state) => {
      if (signal.aborted) cancelSearch(field);
      else failSearch(field, messageOf(thrown));
      state.announcement = `${field.name}: ${signal.aborted ? "cancelled" : "the search failed"}.`;
    });
  }
}

/** Returns the sentence of a failure; the browser's own words for a broken answer are not shown. */
function messageOf(thrown: unknown): string {
  if (thrown instanceof ServiceError) return thrown.message;
  return "The answer of the service broke off or cannot be read. Try again.";
}
