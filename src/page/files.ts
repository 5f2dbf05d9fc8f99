import { cssColor, DETECTION_COLORS } from "../result/picture/colors.ts";
import openseadragon from "openseadragon/build/openseadragon/openseadragon.min.js" with {
  type: "text",
};
import pako from "pako/dist/pako_inflate.min.js" with { type: "text" };
import preact from "preact" with { type: "text" };
import imageMpp from "../image/mpp.ts" with { type: "text" };
import researchUse from "../research_use.ts" with { type: "text" };
import csv from "../result/output/csv.ts" with { type: "text" };
import formats from "../result/output/formats.ts" with { type: "text" };
import geojson from "../result/output/geojson.ts" with { type: "text" };
import midog from "../result/output/midog.ts" with { type: "text" };
import colors from "../result/picture/colors.ts" with { type: "text" };
import result from "../result/result.ts" with { type: "text" };
import resultScale from "../result/scale.ts" with { type: "text" };
import scaleBar from "../result/scale_bar.ts" with { type: "text" };
import summary from "../result/summary.ts" with { type: "text" };
import candidate from "./candidate.ts" with { type: "text" };
import candidateActions from "./candidate_actions.ts" with { type: "text" };
import candidateCrop from "./candidate_crop.ts" with { type: "text" };
import candidatesView from "./candidates_view.ts" with { type: "text" };
import decodePicture from "./decode_picture.ts" with { type: "text" };
import densityMap from "./density_map.ts" with { type: "text" };
import dialogView from "./dialog_view.ts" with { type: "text" };
import eventStream from "./event_stream.ts" with { type: "text" };
import explanationView from "./explanation_view.ts" with { type: "text" };
import exports from "./exports.ts" with { type: "text" };
import fieldSearch from "./field_search.ts" with { type: "text" };
import fieldView from "./field_view.ts" with { type: "text" };
import galleryView from "./gallery_view.ts" with { type: "text" };
import icon from "./icon.ts" with { type: "text" };
import main from "./main.ts" with { type: "text" };
import marks from "./marks.ts" with { type: "text" };
import openFiles from "./open_files.ts" with { type: "text" };
import overlayPng from "./overlay_png.ts" with { type: "text" };
import pageView from "./page_view.ts" with { type: "text" };
import patches from "./patches.ts" with { type: "text" };
import pictureCache from "./picture_cache.ts" with { type: "text" };
import queue from "./queue.ts" with { type: "text" };
import queueView from "./queue_view.ts" with { type: "text" };
import resultView from "./result_view.ts" with { type: "text" };
import scale from "./scale.ts" with { type: "text" };
import scaleView from "./scale_view.ts" with { type: "text" };
import service from "./service.ts" with { type: "text" };
import shortcuts from "./shortcuts.ts" with { type: "text" };
import state from "./state.ts" with { type: "text" };
import theme from "./theme.ts" with { type: "text" };
import thresholdView from "./threshold_view.ts" with { type: "text" };
import tileSource from "./tile_source.ts" with { type: "text" };
import viewer from "./viewer.ts" with { type: "text" };
import viewerOverlay from "./viewer_overlay.ts" with { type: "text" };
import welcomeView from "./welcome_view.ts" with { type: "text" };
import utif from "utif2/UTIF.js" with { type: "text" };
import worker from "./tiff_worker.ts" with { type: "text" };
import baseCss from "./style/base.css" with { type: "text" };
import layoutCss from "./style/layout.css" with { type: "text" };
import welcomeCss from "./style/welcome.css" with { type: "text" };
import queueCss from "./style/queue.css" with { type: "text" };
import resultCss from "./style/result.css" with { type: "text" };
import viewerCss from "./style/viewer.css" with { type: "text" };
import galleryCss from "./style/gallery.css" with { type: "text" };
import dialogCss from "./style/dialog.css" with { type: "text" };
import narrowCss from "./style/narrow.css" with { type: "text" };

/**
 * The modules that the browser loads, by their paths below `src`, as TypeScript: the page's own and the
 * pure ones that it shares with the service. Their types are removed when they are served, so they may
 * only use syntax that can be erased (no enums, no parameter properties).
 */
export const modules: ReadonlyMap<string, string> = new Map([
  ["image/mpp.ts", imageMpp],
  ["research_use.ts", researchUse],
  ["result/output/csv.ts", csv],
  ["result/output/formats.ts", formats],
  ["result/output/geojson.ts", geojson],
  ["result/output/midog.ts", midog],
  ["result/picture/colors.ts", colors],
  ["result/result.ts", result],
  ["result/scale.ts", resultScale],
  ["result/scale_bar.ts", scaleBar],
  ["result/summary.ts", summary],
  ["page/candidate.ts", candidate],
  ["page/candidate_actions.ts", candidateActions],
  ["page/candidate_crop.ts", candidateCrop],
  ["page/candidates_view.ts", candidatesView],
  ["page/decode_picture.ts", decodePicture],
  ["page/density_map.ts", densityMap],
  ["page/dialog_view.ts", dialogView],
  ["page/event_stream.ts", eventStream],
  ["page/explanation_view.ts", explanationView],
  ["page/exports.ts", exports],
  ["page/field_search.ts", fieldSearch],
  ["page/field_view.ts", fieldView],
  ["page/gallery_view.ts", galleryView],
  ["page/icon.ts", icon],
  ["page/main.ts", main],
  ["page/marks.ts", marks],
  ["page/open_files.ts", openFiles],
  ["page/overlay_png.ts", overlayPng],
  ["page/page_view.ts", pageView],
  ["page/patches.ts", patches],
  ["page/picture_cache.ts", pictureCache],
  ["page/queue.ts", queue],
  ["page/queue_view.ts", queueView],
  ["page/result_view.ts", resultView],
  ["page/scale.ts", scale],
  ["page/scale_view.ts", scaleView],
  ["page/service.ts", service],
  ["page/shortcuts.ts", shortcuts],
  ["page/state.ts", state],
  ["page/theme.ts", theme],
  ["page/threshold_view.ts", thresholdView],
  ["page/tile_source.ts", tileSource],
  ["page/viewer.ts", viewer],
  ["page/viewer_overlay.ts", viewerOverlay],
  ["page/welcome_view.ts", welcomeView],
]);

/** The packages that the page uses, as published. */
export const libraries: ReadonlyMap<string, string> = new Map([
  ["preact.js", preact],
  ["openseadragon.js", openseadragon],
  ["pako.js", pako],
  ["utif.js", utif],
]);

/** Colors that the style sheet shares with the pictures of the service. */
const sharedColors = `:root {
  --mitosis-mark: ${cssColor(DETECTION_COLORS.mitosis)};
}`;

/** The style sheet of the page. */
export const stylesheet: string = [
  sharedColors,
  baseCss,
  layoutCss,
  welcomeCss,
  queueCss,
  resultCss,
  viewerCss,
  galleryCss,
  dialogCss,
  narrowCss,
].join("\n");

/** The Worker that decodes TIFF in the browser, as TypeScript. */
export const tiffWorker: string = worker;
