import { Component, h, type JSX } from "preact";
import type { App } from "./app.ts";
import { t } from "./language.ts";

/** A module whose default export is a view. */
type ViewModule = { readonly default: (app: App) => JSX.Element };

interface LazyProps {
  readonly app: App;
  /** Loads the module. It must be the same function each time. */
  readonly load: () => Promise<ViewModule>;
}

interface LazyState {
  readonly view?: ViewModule["default"];
  readonly failed?: boolean;
}

/** Shows a view whose module is loaded when it is first shown, so that the page starts with less. */
export class Lazy extends Component<LazyProps, LazyState> {
  override state: LazyState = {};

  override componentDidMount(): void {
    this.props.load().then(
      (module) => this.setState({ view: module.default }),
      () => this.setState({ failed: true }),
    );
  }

  override render({ app }: LazyProps, { view, failed }: LazyState): JSX.Element {
    if (view !== undefined) return view(app);
    return h(
      "p",
      { class: "hint", role: failed ? "alert" : "status" },
      failed
        ? t("The service did not send this part of the page. Close it and try again.")
        : t("Loading …"),
    );
  }
}
