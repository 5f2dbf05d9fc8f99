/// <reference lib="dom" />
import { render } from "preact";
import { createAnalysis } from "./analysis.ts";
import type { App } from "./app.ts";
import { listenForFiles, takeIn } from "./intake.ts";
import { listenForKeys } from "./keys.ts";
import { createPictures } from "./pictures.ts";
import { fetchModel, type Model, ServiceError, useApiKey } from "./service.ts";
import { createStore } from "./state.ts";
import { view } from "./view.ts";

const root = document.createElement("div");
const store = createStore(() => render(view(app), root));
const analysis = createAnalysis(store);
const model = Promise.withResolvers<Model>();

const app: App = {
  store,
  analysis,
  pictures: createPictures(),
  viewer: undefined,
  unlock(key) {
    useApiKey(key);
    greet();
  },
  take: (files) => void takeIn(files, store, model.promise, () => analysis.start()),
};

/** Asks the service which model it serves. */
async function greet(): Promise<void> {
  try {
    const known = await fetchModel();
    model.resolve(known);
    store.change((state) => {
      state.model = known;
      state.threshold = known.threshold;
      state.locked = false;
      state.trouble = undefined;
    });
  } catch (thrown) {
    store.change((state) => {
      state.locked = thrown instanceof ServiceError && thrown.locked;
      state.trouble = thrown instanceof Error ? thrown.message : String(thrown);
    });
  }
}

listenForFiles(app.take);
listenForKeys(app);
document.body.replaceChildren(root);
render(view(app), root);
greet();
