/// <reference lib="dom" />
import { countMitoses, formatMitoses } from "./candidate.ts";
import {
  cancelSearch,
  completeSearch,
  failSearch,
  startSearch,
  updateSearch,
} from "./field_search.ts";
import { t } from "./language.ts";
import { countPatches } from "./patches.ts";
import { scaleOf } from "./scale.ts";
import { detect, predict, ServiceError } from "./service.ts";
import type { EntryId, Field, Patch, Store } from "./state.ts";

/** Maximum number of patches in one request. */
const BATCH_SIZE = 32;

/** Scores patches, then searches fields, one request at a time. */
export interface Queue {
  /** Starts working on what waits, unless a request is in progress. */
  start(): void;
  /** Cancels all patches or one field, whether they wait or their request is in progress. */
  cancel(id: EntryId): void;
}

/** Creates the queue of the images in `store`. */
export function createQueue(store: Store): Queue {
  let running:
    | { readonly id: EntryId; readonly controller: AbortController }
    | undefined;

  /** Sends one request after another until nothing waits. */
  async function sendWaiting(): Promise<void> {
    const patches = store.state.patches.filter(({ scoring }) => scoring.status === "waiting");
    const field = store.state.fields.find(({ search }) => search.status === "waiting");
    const controller = new AbortController();
    if (patches.length > 0) {
      running = { id: "patches", controller };
      await scorePatches(store, patches.slice(0, BATCH_SIZE), controller.signal);
    } else if (field !== undefined) {
      running = { id: field.id, controller };
      await searchField(store, field, controller.signal);
    } else return;
    running = undefined;
    await sendWaiting();
  }

  return {
    start() {
      if (running === undefined) sendWaiting();
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
      if (running?.id === id) running.controller.abort();
    },
  };
}

/**
 * Scores one batch in one request. If the request fails, sends each patch alone, so that a bad patch does
 * not fail the others.
 */
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
          ? { status: "failed", message: t("The service left this patch out of its answer.") }
          : { status: "done", probability };
      });
      const { mitoses, scored } = countPatches(state);
      state.announcement = t("Patches with a mitosis: {mitoses} of {scored}.", { mitoses, scored });
    });
  } catch (thrown) {
    if (signal.aborted) return setAll({ status: "cancelled" });
    if (batch.length === 1) return setAll({ status: "failed", message: messageToShow(thrown) });
    for (const patch of batch) await scorePatches(store, [patch], signal);
  }
}

/** Searches one field, and shows what the search has found while it runs. */
async function searchField(store: Store, field: Field, signal: AbortSignal): Promise<void> {
  const { enteredMpp } = field;
  store.change(() => startSearch(field));
  try {
    const { image, detections, truncated } = await detect(field.file, enteredMpp, {
      progress: (share, found) => store.change(() => updateSearch(field, share, found)),
    }, signal);
    if (image.width !== field.width || image.height !== field.height) {
      throw new ServiceError(
        `The service read ${image.width} × ${image.height} pixels, but this browser read ` +
          `${field.width} × ${field.height}. The marks would be in the wrong places.`,
      );
    }
    store.change((state) => {
      completeSearch(field, scaleOf(image, enteredMpp), detections, truncated);
      const count = countMitoses(field.candidates, state.threshold);
      state.announcement = `${field.name}: ${formatMitoses(count)}.`;
    });
  } catch (thrown) {
    store.change((state) => {
      if (signal.aborted) cancelSearch(field);
      else failSearch(field, messageToShow(thrown));
      state.announcement = `${field.name}: ${
        signal.aborted ? t("cancelled") : t("the search failed")
      }.`;
    });
  }
}

/** Returns the message to show. The browser's own error texts are replaced. */
function messageToShow(thrown: unknown): string {
  if (thrown instanceof ServiceError) return thrown.message;
  return t("The answer of the service broke off or cannot be read. Try again.");
}
