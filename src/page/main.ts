/// <reference lib="dom" />
import { render } from "preact";
import type { App } from "./app.ts";
import { listenForFiles, openFiles } from "./open_files.ts";
import { pageView } from "./page_view.ts";
import { createPictureCache } from "./picture_cache.ts";
import { createQueue } from "./queue.ts";
import { fetchModel, type Model, ServiceError, setApiKey } from "./service.ts";
import { listenForShortcuts } from "./shortcuts.ts";
import { createStore } from "./state.ts";
import { applyLanguage, savedLanguage } from "./language.ts";
import { warnBeforeLoss } from "./session/loss.ts";
import { applyTheme, savedTheme } from "./theme.ts";

const root = document.createElement("div");
const store = createStore(() => render(pageView(app), root));
const queue = createQueue(store);
const model = Promise.withResolvers<Model>();

const app: App = {
  store,
  queue,
  pictures: createPictureCache(),
  viewer: undefined,
  retry: () => void loadModel(),
  setApiKey(key) {
    setApiKey(key);
    loadModel(true);
  },
  openFiles: (files) =>
    void openFiles(files, store, app.pictures, model.promise, () => queue.start()),
};

/**
 * Asks the service for its model. If that fails, shows why, or asks the person for an API key.
 *
 * @param hasKey Whether the person has entered an API key.
 */
async function loadModel(hasKey = false): Promise<void> {
  try {
    const loaded = await fetchModel();
    model.resolve(loaded);
    store.change((state) => {
      state.model = loaded;
      state.threshold = loaded.threshold;
      state.needsApiKey = false;
      state.isKeyRefused = false;
      state.problem = undefined;
    });
  } catch (thrown) {
    store.change((state) => {
      state.needsApiKey = thrown instanceof ServiceError && thrown.needsApiKey;
      state.isKeyRefused = state.needsApiKey && hasKey;
      state.problem = thrown instanceof Error ? thrown.message : String(thrown);
    });
  }
}

applyTheme(savedTheme());
listenForFiles(app.openFiles);
listenForShortcuts(app);
warnBeforeLoss(store);
document.body.replaceChildren(root);
await applyLanguage(savedLanguage()).catch(() => {
  // Without its texts the page stays English.
});
render(pageView(app), root);
loadModel();
