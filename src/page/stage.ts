/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import { addByHand, select } from "./correct.ts";
import { icon, type IconName } from "./icon.ts";
import type { Field, State } from "./state.ts";
import { createViewer, type Viewer } from "./viewer.ts";

interface StageProps {
  readonly app: App;
  readonly field: Field;
}

/** The viewer with its buttons; it stays when another field is opened. */
export class Stage extends Component<StageProps> {
  readonly host = createRef<HTMLDivElement>();
  readonly scale = createRef<HTMLDivElement>();
  viewer: Promise<Viewer> | undefined;
  shown: number | undefined;

  override componentDidMount(): void {
    const { app } = this.props;
    const [host, scale] = [this.host.current, this.scale.current];
    if (host === null || scale === null) return;
    this.viewer = createViewer(host, scale, {
      clicked: (place, candidate) => {
        const { field } = this.props;
        if (app.store.state.adding) addByHand(app, field, place);
        else if (candidate !== undefined) select(app, field, candidate, false);
      },
    });
    this.viewer.then((viewer) => {
      app.viewer = viewer;
      return this.update();
    }).catch((thrown: Error) => app.store.change((state) => state.trouble = thrown.message));
  }

  override componentDidUpdate(): void {
    this.update();
  }

  override componentWillUnmount(): void {
    this.props.app.viewer = undefined;
    this.viewer?.then((viewer) => viewer.close());
  }

  /** Brings the viewer to the state; another field is decoded first. */
  async update(): Promise<void> {
    const { app, field } = this.props;
    const viewer = app.viewer;
    if (viewer === undefined) return;
    if (this.shown !== field.id) {
      this.shown = field.id;
      const picture = await app.pictures.of(field);
      if (this.shown !== field.id || app.viewer === undefined) return;
      viewer.show(field, picture);
    }
    viewer.redraw(app.store.state);
  }

  override render({ app, field }: StageProps): JSX.Element {
    const { layers, adding } = app.store.state;
    return h(
      "section",
      { class: `viewer ${adding ? "adding" : ""}`, "aria-label": `Viewer of ${field.name}` },
      h("div", { class: "viewer-host", ref: this.host }),
      h("div", { class: "cross-hair", "aria-hidden": "true" }),
      h("div", { class: "scale-bar", ref: this.scale, role: "img", "aria-label": "Scale bar" }),
      h(
        "div",
        { class: "tools", role: "toolbar", "aria-label": "Viewer" },
        tool("plus", "Zoom in", () => app.viewer?.zoomBy(1.5)),
        tool("minus", "Zoom out", () => app.viewer?.zoomBy(1 / 1.5)),
        tool("fit", "Show all", () => app.viewer?.fit()),
        layerTool(app, "marks", "Marks", layers.marks),
        layerTool(app, "below", "Candidates below the threshold", layers.below),
        layerTool(app, "heat", "Heat map", layers.heat),
        tool(
          "point",
          "Add a mitosis by hand",
          () => app.store.change((state) => state.adding = !state.adding),
          adding,
        ),
      ),
      adding
        ? h(
          "p",
          { class: "adding-help" },
          "Click a cell, or move it under the cross and press Enter. ",
          h(
            "button",
            {
              type: "button",
              class: "small",
              onClick: () => app.viewer && addByHand(app, field, app.viewer.center()),
            },
            "Add at the cross",
          ),
        )
        : null,
    );
  }
}

function tool(name: IconName, label: string, onClick: () => void, pressed?: boolean): JSX.Element {
  return h(
    "button",
    {
      type: "button",
      class: "bare",
      title: label,
      "aria-label": label,
      "aria-pressed": pressed,
      onClick,
    },
    icon(name),
  );
}

function layerTool(
  app: App,
  layer: keyof State["layers"],
  label: string,
  on: boolean,
): JSX.Element {
  return tool(layer, label, () => app.store.change(({ layers }) => layers[layer] = !on), on);
}
