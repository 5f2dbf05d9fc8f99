import openseadragon from "openseadragon/build/openseadragon/openseadragon.min.js" with {
  type: "text",
};
import openJpegWasm from "@cornerstonejs/codec-openjpeg/decodewasm" with { type: "bytes" };
import openJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs" with { type: "text" };
import mozJpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js" with { type: "text" };
import mozJpegWasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };
import pako from "pako" with { type: "text" };
import preact from "preact" with { type: "text" };
import zstd from "zstddec" with { type: "text" };
import analysis from "./analysis.ts" with { type: "text" };
import candidatesView from "./candidates_view.ts" with { type: "text" };
import correct from "./correct.ts" with { type: "text" };
import crop from "./crop.ts" with { type: "text" };
import dialogView from "./dialog_view.ts" with { type: "text" };
import eventStream from "./event_stream.ts" with { type: "text" };
import explainBody from "./explain_body.ts" with { type: "text" };
import exports from "./exports.ts" with { type: "text" };
import csv from "../field/output/csv.ts" with { type: "text" };
import geojson from "../field/output/geojson.ts" with { type: "text" };
import midog from "../field/output/midog.ts" with { type: "text" };
import summary from "../field/summary.ts" with { type: "text" };
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
import errors from "../errors.ts" with { type: "text" };
import maxPixels from "../image/max_pixels.ts" with { type: "text" };
import tiffColors from "../image/tiff/colors.ts" with { type: "text" };
import tiffCompressions from "../image/tiff/compressions.ts" with { type: "text" };
import tiffDecode from "../image/tiff/decode.ts" with { type: "text" };
import tiffDeflate from "../image/tiff/deflate.ts" with { type: "text" };
import tiffDescription from "../image/tiff/description.ts" with { type: "text" };
import tiffDirectories from "../image/tiff/directories.ts" with { type: "text" };
import tiffDirectory from "../image/tiff/directory.ts" with { type: "text" };
import tiffGrid from "../image/tiff/grid.ts" with { type: "text" };
import tiffImagejColors from "../image/tiff/imagej_colors.ts" with { type: "text" };
import tiffJpeg from "../image/tiff/jpeg.ts" with { type: "text" };
import tiffJpeg2000 from "../image/tiff/jpeg2000.ts" with { type: "text" };
import tiffLayout from "../image/tiff/layout.ts" with { type: "text" };
import tiffLzw from "../image/tiff/lzw.ts" with { type: "text" };
import tiffOpen from "../image/tiff/open.ts" with { type: "text" };
import tiffPackBits from "../image/tiff/pack_bits.ts" with { type: "text" };
import tiffPages from "../image/tiff/pages.ts" with { type: "text" };
import tiffPredictor from "../image/tiff/predictor.ts" with { type: "text" };
import tiffProblems from "../image/tiff/problems.ts" with { type: "text" };
import tiffSampleTags from "../image/tiff/sample_tags.ts" with { type: "text" };
import tiffSamples from "../image/tiff/samples.ts" with { type: "text" };
import tiffScale from "../image/tiff/scale.ts" with { type: "text" };
import tiffSegment from "../image/tiff/segment.ts" with { type: "text" };
import tiffSegments from "../image/tiff/segments.ts" with { type: "text" };
import tiffSource from "../image/tiff/source.ts" with { type: "text" };
import tiffTags from "../image/tiff/tags.ts" with { type: "text" };
import tiffZstd from "../image/tiff/zstd.ts" with { type: "text" };
import tiffLibraries from "./tiff_libraries.ts" with { type: "text" };
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
  ["field/output/csv.ts", csv],
  ["field/output/geojson.ts", geojson],
  ["field/output/midog.ts", midog],
  ["field/summary.ts", summary],
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
  ["mozjpeg_dec.js", mozJpeg],
  // It is no module: its name for others is added.
  ["openjpeg_dec.js", `${openJpeg}\nexport default OpenJPEGWASM;\n`],
  ["pako.js", pako],
  ["zstddec.js", zstd],
]);

/** WebAssembly of these packages. */
export const wasm: ReadonlyMap<string, Uint8Array> = new Map([
  ["mozjpeg_dec.wasm", mozJpegWasm],
  ["openjpeg_dec.wasm", openJpegWasm],
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

/** Modules of the Worker that decodes TIFF; the browser gets them when the first TIFF is opened. */
export const tiffModules: ReadonlyMap<string, string> = new Map([
  ["errors.ts", errors],
  ["image/max_pixels.ts", maxPixels],
  ["image/tiff/colors.ts", tiffColors],
  ["image/tiff/compressions.ts", tiffCompressions],
  ["image/tiff/decode.ts", tiffDecode],
  ["image/tiff/deflate.ts", tiffDeflate],
  ["image/tiff/description.ts", tiffDescription],
  ["image/tiff/directories.ts", tiffDirectories],
  ["image/tiff/directory.ts", tiffDirectory],
  ["image/tiff/grid.ts", tiffGrid],
  ["image/tiff/imagej_colors.ts", tiffImagejColors],
  ["image/tiff/jpeg.ts", tiffJpeg],
  ["image/tiff/jpeg2000.ts", tiffJpeg2000],
  ["image/tiff/layout.ts", tiffLayout],
  ["image/tiff/lzw.ts", tiffLzw],
  ["image/tiff/open.ts", tiffOpen],
  ["image/tiff/pack_bits.ts", tiffPackBits],
  ["image/tiff/pages.ts", tiffPages],
  ["image/tiff/predictor.ts", tiffPredictor],
  ["image/tiff/problems.ts", tiffProblems],
  ["image/tiff/sample_tags.ts", tiffSampleTags],
  ["image/tiff/samples.ts", tiffSamples],
  ["image/tiff/scale.ts", tiffScale],
  ["image/tiff/segment.ts", tiffSegment],
  ["image/tiff/segments.ts", tiffSegments],
  ["image/tiff/source.ts", tiffSource],
  ["image/tiff/tags.ts", tiffTags],
  ["image/tiff/zstd.ts", tiffZstd],
  ["page/tiff_libraries.ts", tiffLibraries],
  ["page/tiff_worker.ts", worker],
]);
