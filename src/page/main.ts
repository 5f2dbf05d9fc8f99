/// <reference lib="dom" />
import { render } from "preact";
import { createAnalysis } from "./analysis.ts";
import type { App } from "./app.ts";
import { listenForFiles, takeIn } from "./intake.ts";
import { listenForKeys } from "./keys.ts";
import { createPictures } from "./pictures.ts";
import { fetchModel } from "./service.ts";
import { createStore } from "./state.ts";
import { view } from "./view.ts";

const root = document.createElement("div");
const store = createStore(() => render(view(app), root));
const analysis = createAnalysis(store);
const model = fetchModel();

const app: App = {
  store,
  analysis,
  pictures: createPictures(),
  viewer: undefined,
  take: (files) => void takeIn(files, store, model, () => analysis.start()),
};

model.then(
  (known) =>
    store.change((state) => {
      state.model = known;
      state.threshold = known.threshold;
    }),
  (thrown: Error) => store.change((state) => state.trouble = thrown.message),
);
listenForFiles(app.take);
listenForKeys(app);
document.body.replaceChildren(root);
render(view(app), root);
