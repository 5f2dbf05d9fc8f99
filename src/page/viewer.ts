/// <reference lib="dom" />
import type OpenSeadragon from "openseadragon";
import { heatMap } from "./heat_map.ts";
import { drawMark } from "./markers.ts";
import { type Candidate, isMitosis } from "./review.ts";
import { scaleBar } from "./scale_bar.ts";
import type { Field, State } from "./state.ts";
import { tileSource } from "./tiles.ts";

/** Radius of a mark: two mitoses closer than this are one. */
const MARK_UM = 7.5;

/** A field on the screen, with its marks; it can be panned and zoomed. */
export interface Viewer {
  /** Opens a field. */
  show(field: Field, picture: ImageBitmap): void;
  /** Draws marks, heat map and scale bar again, as the state says. */
  redraw(state: State): void;
  flyTo(place: { readonly x: number; readonly y: number }): void;
  zoomBy(factor: number): void;
  fit(): void;
  /** What is in the middle, in pixels of the image. */
  centre(): { x: number; y: number };
  close(): void;
}

/** What the viewer reports. */
export interface ViewerEvents {
  /** A place was clicked, in pixels of the image; `candidate` is the mark there. */
  clicked(place: { x: number; y: number }, candidate: Candidate | undefined): void;
}

type Library = typeof OpenSeadragon;

let library: Promise<Library> | undefined;

/** Loads OpenSeadragon when the first field is opened. */
function loadLibrary(): Promise<Library> {
  return library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "app/npm/openseadragon.js";
    script.onload = () =>
      resolve((globalThis as unknown as { OpenSeadragon: Library }).OpenSeadragon);
    script.onerror = () => reject(new Error("The viewer could not be loaded from the service."));
    document.head.append(script);
  });
}

/** Keeps OpenSeadragon from adding a style of its own, which would hide the focus on touch screens. */
function ensureFocusShows(): void {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const style = document.createElement("style");
  style.dataset.openseadragonMobileCss = "";
  document.head.append(style);
}

/** Makes a viewer in `host`, with a bar in `scale` that says how large things are. */
export async function createViewer(
  host: HTMLElement,
  scale: HTMLElement,
  events: ViewerEvents,
): Promise<Viewer> {
  ensureFocusShows();
  const lib = await loadLibrary();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const viewer = lib({
    element: host,
    drawer: "canvas",
    showNavigationControl: false,
    animationTime: still ? 0 : 0.6,
    springStiffness: 8,
    maxZoomPixelRatio: 8,
    visibilityRatio: 0.5,
    zoomPerScroll: 1.3,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { clickToZoom: false },
    gestureSettingsPen: { clickToZoom: false },
    keyboardNavEnabled: true,
  });
  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.setAttribute(
    "aria-label",
    "Image. Arrow keys move it, plus and minus zoom, 0 shows all of it.",
  );
  const overlay = document.createElement("canvas");
  overlay.className = "marks";
  viewer.canvas.append(overlay);
  let shown: Field | undefined;
  let state: State | undefined;
  let heat: { readonly key: string; readonly map: HTMLCanvasElement | undefined } | undefined;

  const toScreen = (x: number, y: number) =>
    viewer.viewport.imageToViewerElementCoordinates(new lib.Point(x, y));

  function draw(): void {
    const context = overlay.getContext("2d");
    if (context === null || shown === undefined || state === undefined || !viewer.isOpen()) return;
    const { clientWidth, clientHeight } = viewer.canvas;
    const ratio = devicePixelRatio;
    overlay.width = clientWidth * ratio;
    overlay.height = clientHeight * ratio;
    context.scale(ratio, ratio);
    const origin = toScreen(0, 0);
    const zoom = (toScreen(shown.width, 0).x - origin.x) / shown.width;
    if (state.layers.heat) drawHeat(context, origin, zoom, shown, state);
    if (state.layers.marks) drawMarks(context, origin, zoom, shown, state);
    const { label, pixels } = scaleBar(shown.mpp / zoom, 150);
    scale.textContent = label;
    scale.style.width = `${pixels}px`;
  }

  function drawHeat(
    context: CanvasRenderingContext2D,
    origin: OpenSeadragon.Point,
    zoom: number,
    field: Field,
    { threshold }: State,
  ): void {
    const reviews = field.candidates.map(({ review }) => review[0]).join("");
    const key = `${field.id} ${threshold} ${field.mpp} ${reviews}`;
    if (heat?.key !== key) {
      heat = { key, map: heatMap(field.candidates, threshold, field, field.mpp) };
    }
    if (heat.map === undefined) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(heat.map, origin.x, origin.y, field.width * zoom, field.height * zoom);
  }

  function drawMarks(
    context: CanvasRenderingContext2D,
    origin: OpenSeadragon.Point,
    zoom: number,
    { candidates, mpp, selected }: Field,
    { threshold, layers }: State,
  ): void {
    const radius = Math.max(7, MARK_UM / mpp * zoom);
    for (const candidate of candidates) {
      const chosen = candidate.id === selected;
      const below = !isMitosis(candidate, threshold) && candidate.review === "undecided";
      if (below && !layers.below && !chosen) continue;
      const x = origin.x + candidate.x * zoom;
      const y = origin.y + candidate.y * zoom;
      drawMark(context, { candidate, threshold, selected: chosen, x, y, radius, line: 2 });
    }
  }

  function markAt(x: number, y: number): Candidate | undefined {
    if (shown === undefined || state === undefined) return undefined;
    const { threshold, layers } = state;
    const near = shown.candidates
      .filter((candidate) =>
        layers.below || candidate.review !== "undecided" || isMitosis(candidate, threshold)
      )
      .map((candidate) => {
        const at = toScreen(candidate.x, candidate.y);
        return { candidate, distance: Math.hypot(at.x - x, at.y - y) };
      })
      .sort((a, b) => a.distance - b.distance)[0];
    return near !== undefined && near.distance < 24 ? near.candidate : undefined;
  }

  viewer.addHandler("update-viewport", draw);
  viewer.addHandler("open", draw);
  viewer.addHandler("canvas-click", ({ quick, position }) => {
    if (!quick) return;
    const { x, y } = viewer.viewport.viewerElementToImageCoordinates(position);
    events.clicked({ x, y }, markAt(position.x, position.y));
  });
  viewer.addHandler("canvas-key", (event) => {
    const { key } = event.originalEvent as KeyboardEvent;
    if (/^[rfwasd]$/i.test(key)) event.preventDefaultAction = true;
  });

  return {
    show(field, picture) {
      shown = field;
      viewer.open(tileSource(picture));
    },
    redraw(next) {
      state = next;
      draw();
    },
    flyTo({ x, y }) {
      if (!viewer.isOpen() || shown === undefined) return;
      const { viewport } = viewer;
      viewport.panTo(viewport.imageToViewportCoordinates(x, y), still);
      const close = viewport.imageToViewportZoom(0.25 / shown.mpp * 1.6);
      viewport.zoomTo(Math.max(viewport.getZoom(), close), undefined, still);
    },
    zoomBy(factor) {
      viewer.viewport.zoomBy(factor);
      viewer.viewport.applyConstraints();
    },
    fit: () => viewer.viewport.goHome(still),
    centre() {
      const middle = viewer.viewport.getCenter(true);
      const { x, y } = viewer.viewport.viewportToImageCoordinates(middle);
      return { x, y };
    },
    close: () => viewer.destroy(),
  };
}
