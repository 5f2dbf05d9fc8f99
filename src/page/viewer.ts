/// <reference lib="dom" />
import type OpenSeadragon from "openseadragon";
import { candidateAt, createOverlay, type Placed } from "./overlay.ts";
import type { Candidate } from "./review.ts";
import { scaleBar } from "./scale_bar.ts";
import type { Field, State } from "./state.ts";
import { tileSource } from "./tiles.ts";

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
  center(): { x: number; y: number };
  /** Puts the keyboard's focus on the image. */
  focus(): void;
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
  const overlay = createOverlay();
  viewer.canvas.append(overlay.canvas);
  let shown: Field | undefined;
  let state: State | undefined;

  /** Where the field lies on the screen. */
  function placed({ width }: Field): Placed {
    const at = (x: number) => viewer.viewport.imageToViewerElementCoordinates(new lib.Point(x, 0));
    const { x, y } = at(0);
    return { x, y, zoom: (at(width).x - x) / width };
  }

  function draw(): void {
    if (shown === undefined || state === undefined || !viewer.isOpen()) return;
    const place = placed(shown);
    overlay.draw(shown, state, place);
    const { label, pixels } = scaleBar(shown.mpp / place.zoom, 150);
    scale.textContent = label;
    scale.style.width = `${pixels}px`;
  }

  viewer.addHandler("update-viewport", draw);
  viewer.addHandler("open", draw);
  viewer.addHandler("canvas-click", ({ quick, position }) => {
    if (!quick) return;
    const { x, y } = viewer.viewport.viewerElementToImageCoordinates(position);
    if (shown === undefined || state === undefined) return;
    events.clicked({ x, y }, candidateAt(shown, state, placed(shown), position));
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
    center() {
      const middle = viewer.viewport.getCenter(true);
      const { x, y } = viewer.viewport.viewportToImageCoordinates(middle);
      return { x, y };
    },
    focus: () => viewer.canvas.focus(),
    close: () => viewer.destroy(),
  };
}
