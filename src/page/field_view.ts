/// <reference lib="dom" />
import { Component, createRef, h, type JSX } from "preact";
import type { App } from "./app.ts";
import { selectCandidate } from "./candidate_actions.ts";
import { showsCandidates } from "./field_search.ts";
import { icon, type IconName } from "./icon.ts";
import { t } from "./language.ts";
import type { Field, State, Tool } from "./state.ts";
import { finishTool, useTool } from "./tools.ts";
import { createViewer, type Viewer } from "./viewer.ts";

interface FieldViewProps {
  readonly app: App;
  readonly field: Field;
}

interface FieldViewState {
  /** Text in place of the image, while the image is decoded or if it cannot be decoded. */
  readonly notice?: string | undefined;
}

/** Shows a field in the viewer, with the viewer's buttons. Another field is shown in the same viewer. */
export class FieldView extends Component<FieldViewProps, FieldViewState> {
  readonly host = createRef<HTMLDivElement>();
  readonly scaleBar = createRef<HTMLDivElement>();
  viewer: Promise<Viewer> | undefined;
  /** Id of the field whose image was requested last. */
  requestedId: number | undefined;
  override state: FieldViewState = {};

  override componentDidMount(): void {
    const { app } = this.props;
    const [host, scaleBar] = [this.host.current, this.scaleBar.current];
    if (host === null || scaleBar === null) return;
    this.viewer = createViewer(host, scaleBar, {
      clicked: (position, candidate) => {
        const { field } = this.props;
        if (app.store.state.tool !== "select") useTool(app, field, position);
        else if (candidate !== undefined) selectCandidate(app, field, candidate, false);
      },
    });
    this.viewer.then((viewer) => {
      app.viewer = viewer;
      return this.update();
    }).catch((thrown: Error) => app.store.change((state) => state.problem = thrown.message));
  }

  override componentDidUpdate(): void {
    this.update();
  }

  override componentWillUnmount(): void {
    this.props.app.viewer = undefined;
    this.viewer?.then((viewer) => viewer.destroy());
  }

  /**
   * Brings the viewer up to date with the state. Removes the image of the former field before the image of
   * the next one is decoded, so that no image is shown beside the result of another field.
   */
  async update(): Promise<void> {
    const { app, field } = this.props;
    const { viewer } = app;
    if (viewer === undefined) return;
    if (this.requestedId !== field.id) {
      this.requestedId = field.id;
      viewer.clear();
      this.setState({ notice: t("Opening the image …") });
      const isStale = () => this.requestedId !== field.id || app.viewer === undefined;
      try {
        const picture = await app.pictures.get(field);
        if (isStale()) return;
        viewer.open(field, picture);
        this.setState({ notice: undefined });
      } catch (thrown) {
        if (isStale()) return;
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        this.setState({ notice: `${t("The image cannot be shown.")} ${reason}` });
      }
    }
    viewer.redraw(app.store.state);
  }

  /** Shows the buttons above the image. */
  tools(app: App, canAdd: boolean): JSX.Element {
    const { layers, tool } = app.store.state;
    const adding = tool === "add";
    return h(
      "div",
      { class: "tools", role: "toolbar", "aria-label": t("Viewer") },
      h(
        "button",
        {
          type: "button",
          class: "bare labeled",
          title: `${t("Show all candidates as thumbnails")} (G)`,
          disabled: !canAdd,
          onClick: () => app.store.change((state) => state.pane = "review"),
        },
        icon("grid"),
        t("Review"),
      ),
      toolButton("plus", t("Zoom in"), () => app.viewer?.zoomBy(1.5)),
      toolButton("minus", t("Zoom out"), () => app.viewer?.zoomBy(1 / 1.5)),
      toolButton("fit", t("Show all"), () => app.viewer?.fit()),
      layerButton(app, "marks", `${t("Marks")} (M)`, layers.marks),
      layerButton(app, "below", `${t("Candidates below the threshold")} (B)`, layers.below),
      layerButton(app, "density", `${t("Density map")} (D)`, layers.density),
      toolButton(
        "point",
        `${t("Add a mitosis by hand")} (N)`,
        () => app.store.change((state) => state.tool = adding ? "select" : "add"),
        { pressed: adding && canAdd, disabled: !canAdd },
      ),
    );
  }

  override render({ app, field }: FieldViewProps, { notice }: FieldViewState): JSX.Element {
    const { layers, tool } = app.store.state;
    const canAdd = showsCandidates(field);
    const isPlacing = canAdd && tool !== "select";
    return h(
      "section",
      {
        class: `viewer ${isPlacing ? "adding" : ""}`,
        "aria-label": t("Viewer of {name}", { name: field.name }),
      },
      this.tools(app, canAdd),
      h("div", { class: "viewer-host", ref: this.host }),
      notice === undefined ? null : h("p", { class: "viewer-notice", role: "status" }, notice),
      h("div", { class: "cross-hair", "aria-hidden": "true" }),
      h("div", {
        class: "scale-bar",
        ref: this.scaleBar,
        role: "img",
        "aria-label": t("Scale bar"),
      }),
      isPlacing ? toolHelp(app, field, tool) : null,
      layers.density ? densityLegend() : null,
    );
  }
}

/** What to do with each tool. */
const TOOL_HELP: Readonly<Record<Exclude<Tool, "select">, string>> = {
  add: "Click a cell, or move it under the cross and press Enter.",
  circle: "Click the center of the circle, or move it under the cross and press Enter.",
  fields: "Click the center of each field.",
  rectangle: "Click two opposite corners.",
  polygon: "Click the corners, then the first one again.",
};

function toolHelp(app: App, field: Field, tool: Tool): JSX.Element | null {
  if (tool === "select") return null;
  const { draft, fieldCount } = app.store.state;
  const canFinish = tool === "polygon" ? draft.length >= 3 : tool === "fields" && draft.length > 0;
  return h(
    "p",
    { class: "adding-help" },
    t(TOOL_HELP[tool]),
    tool === "fields" ? ` ${draft.length} / ${fieldCount} ` : " ",
    h(
      "button",
      {
        type: "button",
        class: "small",
        onClick: () => useTool(app, field, app.viewer?.center()),
      },
      tool === "add" ? t("Add at the cross") : t("Place at the cross"),
    ),
    canFinish
      ? h(
        "button",
        { type: "button", class: "small", onClick: () => finishTool(app, field) },
        t("Finish"),
      )
      : null,
  );
}

/** Explains the colors of the density map. */
function densityLegend(): JSX.Element {
  return h(
    "div",
    { class: "legend" },
    h("span", null, t("Mitoses per area: none")),
    h("span", { class: "legend-bar", "aria-hidden": "true" }),
    h("span", null, t("the most in this field")),
  );
}

interface ButtonState {
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

function toolButton(
  name: IconName,
  label: string,
  onClick: () => void,
  { pressed, disabled }: ButtonState = {},
): JSX.Element {
  return h(
    "button",
    {
      type: "button",
      class: "bare",
      title: label,
      "aria-label": label,
      "aria-pressed": pressed,
      disabled,
      onClick,
    },
    icon(name),
  );
}

function layerButton(
  app: App,
  layer: keyof State["layers"],
  label: string,
  pressed: boolean,
): JSX.Element {
  const toggle = () => app.store.change(({ layers }) => layers[layer] = !pressed);
  return toolButton(layer, label, toggle, { pressed });
}
