/// <reference lib="dom" />
import { mergeCandidates, mitosesOf } from "./review.ts";
import type { Detection } from "../result/result.ts";
import { detect, predict } from "./service.ts";
import { type Field, newId, type Patch, type Store } from "./state.ts";

/** Patches that are sent in one request. */
const BATCH = 32;

/** Works through what waits, one request at a time. */
export interface Analysis {
  /** Begins, unless it is under way. */
  start(): void;
  /** Ends what runs for `id`, here and at the service, or takes it off the queue. */
  cancel(id: "patches" | number): void;
}

/** An analysis of the images in `store`. */
export function createAnalysis(store: Store): Analysis {
  let running: { readonly id: "patches" | number; readonly abort: AbortController } | undefined;

  async function work(): Promise<void> {
    const patches = store.state.patches.filter(({ status }) => status === "waiting");
    const field = store.state.fields.find(({ status }) => status === "waiting");
    const abort = new AbortController();
    if (patches.length > 0) {
      running = { id: "patches", abort };
      await scorePatches(store, patches.slice(0, BATCH), abort.signal);
    } else if (field !== undefined) {
      running = { id: field.id, abort };
      await analyseField(store, field, abort.signal);
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
        for (const item of id === "patches" ? patches : fields) {
          if ((id === "patches" || item.id === id) && item.status === "waiting") {
            item.status = "cancelled";
          }
        }
      });
      if (running?.id === id) running.abort.abort();
    },
  };
}

/** Scores one batch; where one of several is refused, each is asked for alone. */
async function scorePatches(store: Store, batch: Patch[], signal: AbortSignal): Promise<void> {
  store.change(() => batch.forEach((patch) => patch.status = "running"));
  try {
    const probabilities = await predict(batch.map(({ png }) => png), signal);
    store.change((state) => {
      batch.forEach((patch, i) => {
        patch.probability = probabilities[i];
        patch.status = "done";
      });
      const { patches, threshold } = state;
      const called = patches.filter(({ probability = -1 }) => probability >= threshold).length;
      state.announcement = `${called} of ${patches.length} patches with a mitosis.`;
    });
  } catch (thrown) {
    if (signal.aborted) return store.change(() => batch.forEach((p) => p.status = "cancelled"));
    if (batch.length > 1) {
      for (const patch of batch) await scorePatches(store, [patch], signal);
      return;
    }
    store.change(() => batch.forEach((patch) => fail(patch, thrown)));
  }
}

async function analyseField(store: Store, field: Field, signal: AbortSignal): Promise<void> {
  const { mpp } = field;
  const show = (detections: readonly Detection[]) => {
    field.candidates = mergeCandidates(field.candidates, detections, newId);
  };
  store.change(() => Object.assign(field, { status: "running", progress: 0, message: undefined }));
  try {
    const detections = await detect(field.file, mpp, {
      progress: (share, found) =>
        store.change(() => {
          field.progress = share;
          show(found);
        }),
    }, signal);
    store.change((state) => {
      show(detections);
      Object.assign(field, { status: "done", progress: 1, analyzedMpp: mpp });
      const count = mitosesOf(field.candidates, state.threshold).length;
      state.announcement = `${field.name}: ${count} ${count === 1 ? "mitosis" : "mitoses"}.`;
    });
  } catch (thrown) {
    if (!signal.aborted) return store.change(() => fail(field, thrown));
    store.change((state) => {
      field.status = "cancelled";
      state.announcement = `${field.name}: cancelled.`;
    });
  }
}

function fail(item: Patch | Field, thrown: unknown): void {
  item.status = "failed";
  item.message = thrown instanceof Error ? thrown.message : String(thrown);
}
