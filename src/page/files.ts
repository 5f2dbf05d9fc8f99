import openseadragon from "openseadragon/build/openseadragon/openseadragon.min.js" with {
  type: "text",
};
import pako from "pako/dist/pako_inflate.min.js" with { type: "text" };
import preact from "preact" with { type: "text" };
import analysis from "./analysis.ts" with { type: "text" };
import candidatesView from "./candidates_view.ts" with { type: "text" };
import correct from "./correct.ts" with { type: "text" };
import crop from "./crop.ts" with { type: "text" };
import dialogView from "./dialog_view.ts" with { type: "text" };
import eventStream from "./event_stream.ts" with { type: "text" };
import explainBody from "./explain_body.ts" with { type: "text" };
import exports from "./exports.ts" with { type: "text" };
import csv from "../result/output/csv.ts" with { type: "text" };
import geojson from "../result/output/geojson.ts" with { type: "text" };
import midog from "../result/output/midog.ts" with { type: "text" };
import summary from "../result/summary.ts" with { type: "text" };
import galleryView from "./gallery_view.ts" with { type: "text" };
import heatMap from "./heat_map.ts" with { type: "text" };
import icon from "./icon.ts" with { type: "text" };
import inspectorView from "./inspector_view.ts" with { type: "text" };
import intake from "./intake.ts" with { type: "text" };
import keys from "./keys.ts" with { type: "text" };
import main from "./main.ts" with { type: "text" };
import markers from "./markers.ts" with { type: "text" };
import overlay from "./overlay.ts" with { type: "text" };
import overlayPng from "./overlay_png.ts" with { type: "text" };
import picture from "./picture.ts" with { type: "text" };
import pictures from "./pictures.ts" with { type: "text" };
import queueView from "./queue_view.ts" with { type: "text" };
import review from "./review.ts" with { type: "text" };
import scaleBar from "./scale_bar.ts" with { type: "text" };
import service from "./service.ts" with { type: "text" };
import stage from "./stage.ts" with { type: "text" };
import state from "./state.ts" with { type: "text" };
import theme from "./theme.ts" with { type: "text" };
import thresholdView from "./threshold_view.ts" with { type: "text" };
import tiles from "./tiles.ts" with { type: "text" };
import view from "./view.ts" with { type: "text" };
import viewer from "./viewer.ts" with { type: "text" };
import welcomeView from "./welcome_view.ts" with { type: "text" };
import utif from "utif2/UTIF.js" with { type: "text" };
import worker from "./tiff_worker.ts" with { type: "text" };
import baseCss from "./style/base.css" with { type: "text" };
import layoutCss from "./style/layout.css" with { type: "text" };
import welcomeCss from "./style/welcome.css" with { type: "text" };
import queueCss from "./style/queue.css" with { type: "text" };
import inspectorCss from "./style/inspector.css" with { type: "text" };
import viewerCss from "./style/viewer.css" with { type: "text" };
import galleryCss from "./style/gallery.css" with { type: "text" };
import dialogCss from "./style/dialog.css" with { type: "text" };
import narrowCss from "./style/narrow.css" with { type: "text" };

/** Modules of the page by where they lie below `src`: the browser is sent what is tested here. */
export const modules: ReadonlyMap<string, string> = new Map([
  ["result/output/csv.ts", csv],
  ["result/output/geojson.ts", geojson],
  ["result/output/midog.ts", midog],
  ["result/summary.ts", summary],
  ["page/analysis.ts", analysis],
  ["page/candidates_view.ts", candidatesView],
  ["page/correct.ts", correct],
  ["page/crop.ts", crop],
  ["page/dialog_view.ts", dialogView],
  ["page/event_stream.ts", eventStream],
  ["page/explain_body.ts", explainBody],
  ["page/exports.ts", exports],
  ["page/gallery_view.ts", galleryView],
  ["page/heat_map.ts", heatMap],
  ["page/icon.ts", icon],
  ["page/inspector_view.ts", inspectorView],
  ["page/intake.ts", intake],
  ["page/keys.ts", keys],
  ["page/main.ts", main],
  ["page/markers.ts", markers],
  ["page/overlay.ts", overlay],
  ["page/overlay_png.ts", overlayPng],
  ["page/picture.ts", picture],
  ["page/pictures.ts", pictures],
  ["page/queue_view.ts", queueView],
  ["page/review.ts", review],
  ["page/scale_bar.ts", scaleBar],
  ["page/service.ts", service],
  ["page/stage.ts", stage],
  ["page/state.ts", state],
  ["page/theme.ts", theme],
  ["page/threshold_view.ts", thresholdView],
  ["page/tiles.ts", tiles],
  ["page/view.ts", view],
  ["page/viewer.ts", viewer],
  ["page/welcome_view.ts", welcomeView],
]);

/** Packages that the page uses, as their authors publish them. */
export const libraries: ReadonlyMap<string, string> = new Map([
  ["preact.js", preact],
  ["openseadragon.js", openseadragon],
  ["pako.js", pako],
  ["utif.js", utif],
]);

/** How the page looks. */
export const stylesheet: string = [
  baseCss,
  layoutCss,
  welcomeCss,
  queueCss,
  inspectorCss,
  viewerCss,
  galleryCss,
  dialogCss,
  narrowCss,
].join("\n");

/** Decodes TIFF beside the page. */
export const tiffWorker: string = worker;
