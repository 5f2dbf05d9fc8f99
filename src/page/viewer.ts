/// <reference lib="dom" />
import type OpenSeadragon from "openseadragon";
import { chooseScaleBar } from "../result/scale_bar.ts";
import type { Placement } from "./area_path.ts";
import type { Candidate } from "./candidate.ts";
import { drawingMpp, knownMpp } from "./field_search.ts";
import type { Field, State } from "./state.ts";
import { tileSource } from "./tile_source.ts";
import { candidateAt, createViewerOverlay } from "./viewer_overlay.ts";

/** Shows a field with its marks. The person can move and zoom it. */
export interface Viewer {
  /** Shows the picture of a field, in place of any other. */
  open(field: Field, picture: ImageBitmap): void;
  /** Removes the image, its marks and its scale bar. */
  clear(): void;
  /** Draws the marks, the density map and the scale bar again. */
  redraw(state: State): void;
  /** Moves to a position in pixels of the image, and zooms in if cells would be too small. */
  flyTo(position: { readonly x: number; readonly y: number }): void;
  /** Zooms in by a factor, or out if it is below 1. */
  zoomBy(factor: number): void;
  /** Shows a circle whole, given in pixels of the image. */
  showCircle(center: { readonly x: number; readonly y: number }, radius: number): void;
  /** Returns the CSS pixels for one pixel of the image, or undefined while no image is shown. */
  zoom(): number | undefined;
  /** Shows the whole image. */
  fit(): void;
  /** Returns the center of the view in pixels of the image, or undefined while no image is shown. */
  center(): { x: number; y: number } | undefined;
  /** Moves the keyboard focus to the image. */
  focus(): void;
  destroy(): void;
}

/** What the viewer reports to its creator. */
export interface ViewerEvents {
  /** Reports a click at a position in pixels of the image, and the candidate whose mark is near, if any. */
  clicked(position: { x: number; y: number }, candidate: Candidate | undefined): void;
}

/** CSS pixels for one micrometer to which `flyTo` zooms in: a cell of 10 µm is 64 px wide. */
const FLY_TO_PIXELS_PER_UM = 6.4;

/** Maximum zoom, in CSS pixels for one pixel of the image. */
const MAX_PIXEL_ZOOM = 8;

type Library = typeof OpenSeadragon;

let library: Promise<Library> | undefined;

/**
 * Loads OpenSeadragon when the first field is shown.
 *
 * @throws {Error} If the service does not send it.
 */
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

/** Prevents OpenSeadragon from adding its own style, which hides the focus ring on touch screens. */
function preventLibraryStyle(): void {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const style = document.createElement("style");
  style.dataset.openseadragonMobileCss = "";
  document.head.append(style);
}

/**
 * Creates a viewer in the element `host`. Draws its scale bar in the element `scaleBar`.
 *
 * @throws {Error} If OpenSeadragon cannot be loaded.
 */
export async function createViewer(
  host: HTMLElement,
  scaleBar: HTMLElement,
  events: ViewerEvents,
): Promise<Viewer> {
  preventLibraryStyle();
  const lib = await loadLibrary();
  const immediately = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const viewer = lib({
    element: host,
    drawer: "canvas",
    showNavigationControl: false,
    animationTime: immediately ? 0 : 0.6,
    springStiffness: 8,
    maxZoomPixelRatio: MAX_PIXEL_ZOOM,
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
  const overlay = createViewerOverlay();
  viewer.canvas.append(overlay.canvas);
  let shown: Field | undefined;
  let state: State | undefined;

  function placementOf({ width }: Field): Placement {
    const at = (x: number) => viewer.viewport.imageToViewerElementCoordinates(new lib.Point(x, 0));
    const { x, y } = at(0);
    return { x, y, zoom: (at(width).x - x) / width };
  }

  function draw(): void {
    if (shown === undefined || state === undefined || !viewer.isOpen()) return;
    const placement = placementOf(shown);
    overlay.draw(shown, state, placement);
    drawScaleBar(shown, placement);
  }

  /** Draws the scale bar, or hides it while the scale is unknown. */
  function drawScaleBar(field: Field, { zoom }: Placement): void {
    const mpp = knownMpp(field);
    scaleBar.hidden = mpp === undefined;
    if (mpp === undefined) return;
    const { label, pixels } = chooseScaleBar(mpp / zoom, host.clientWidth);
    scaleBar.textContent = label;
    scaleBar.style.width = `${pixels}px`;
  }

  viewer.addHandler("update-viewport", draw);
  viewer.addHandler("open", draw);
  viewer.addHandler("canvas-click", ({ quick, position }) => {
    if (!quick || shown === undefined || state === undefined || !viewer.isOpen()) return;
    const { x, y } = viewer.viewport.viewerElementToImageCoordinates(position);
    events.clicked({ x, y }, candidateAt(shown, state, placementOf(shown), position));
  });
  viewer.addHandler("canvas-key", (event) => {
    // OpenSeadragon would rotate, flip or move the image; some of these keys are shortcuts of the page.
    const { key } = event.originalEvent as KeyboardEvent;
    if (/^[rfwasd]$/i.test(key)) event.preventDefaultAction = true;
  });

  return {
    open(field, picture) {
      shown = field;
      viewer.open(tileSource(picture));
    },
    clear() {
      shown = undefined;
      scaleBar.hidden = true;
      overlay.clear();
      viewer.close();
    },
    redraw(next) {
      state = next;
      draw();
    },
    flyTo({ x, y }) {
      if (!viewer.isOpen() || shown === undefined) return;
      const { viewport } = viewer;
      viewport.panTo(viewport.imageToViewportCoordinates(x, y), immediately);
      const pixelZoom = Math.min(MAX_PIXEL_ZOOM, drawingMpp(shown) * FLY_TO_PIXELS_PER_UM);
      const zoom = Math.max(viewport.getZoom(), viewport.imageToViewportZoom(pixelZoom));
      viewport.zoomTo(zoom, undefined, immediately);
    },
    zoomBy(factor) {
      viewer.viewport.zoomBy(factor);
      viewer.viewport.applyConstraints();
    },
    showCircle({ x, y }, radius) {
      if (!viewer.isOpen()) return;
      const side = 2.4 * radius;
      const rectangle = new lib.Rect(x - side / 2, y - side / 2, side, side);
      const { viewport } = viewer;
      viewport.fitBoundsWithConstraints(viewport.imageToViewportRectangle(rectangle), immediately);
    },
    zoom: () => shown && viewer.isOpen() ? placementOf(shown).zoom : undefined,
    fit: () => viewer.viewport.goHome(immediately),
    center() {
      if (!viewer.isOpen()) return undefined;
      const { x, y } = viewer.viewport.viewportToImageCoordinates(viewer.viewport.getCenter(true));
      return { x, y };
    },
    focus: () => viewer.canvas.focus(),
    destroy: () => viewer.destroy(),
  };
}
