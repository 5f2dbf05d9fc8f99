import { cssColor, DETECTION_COLORS } from "../result/picture/colors.ts";
import openseadragon from "openseadragon/build/openseadragon/openseadragon.min.js" with {
  type: "text",
};
import openJpegWasm from "@cornerstonejs/codec-openjpeg/decodewasm" with { type: "bytes" };
import openJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs" with { type: "text" };
import mozJpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js" with { type: "text" };
import mozJpegWasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };
import fflate from "fflate/browser" with { type: "text" };
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
import zstd from "zstddec" with { type: "text" };
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
import language from "./language.ts" with { type: "text" };
import lazy from "./lazy.ts" with { type: "text" };
import virtualList from "./virtual_list.ts" with { type: "text" };
import autosave from "./review/autosave.ts" with { type: "text" };
import areaPath from "./area_path.ts" with { type: "text" };
import reportPictures from "./report/report_pictures.ts" with { type: "text" };
import reportView from "./report/report_view.ts" with { type: "text" };
import areaActions from "./counting/area_actions.ts" with { type: "text" };
import count from "./counting/count.ts" with { type: "text" };
import countingView from "./counting/counting_view.ts" with { type: "text" };
import typedInput from "./typed_input.ts" with { type: "text" };
import tools from "./tools.ts" with { type: "text" };
import reviewList from "./review/review_list.ts" with { type: "text" };
import reviewView from "./review/review_view.ts" with { type: "text" };
import random from "../random.ts" with { type: "text" };
import countInterval from "../result/slide/count_interval.ts" with { type: "text" };
import densestCircle from "../result/slide/densest_circle.ts" with { type: "text" };
import enclosingCircle from "../result/slide/enclosing_circle.ts" with { type: "text" };
import mitoticScore from "../result/slide/mitotic_score.ts" with { type: "text" };
import countingArea from "./review/counting_area.ts" with { type: "text" };
import decision from "./review/decision.ts" with { type: "text" };
import history from "./review/history.ts" with { type: "text" };
import matchPlaces from "./review/match_places.ts" with { type: "text" };
import reviewJson from "./review/review_json.ts" with { type: "text" };
import german from "./languages/de.ts" with { type: "text" };
import agreement from "./session/agreement.ts" with { type: "text" };
import geojsonFile from "./session/geojson_file.ts" with { type: "text" };
import loss from "./session/loss.ts" with { type: "text" };
import openSession from "./session/open_session.ts" with { type: "text" };
import session from "./session/session.ts" with { type: "text" };
import sessionFile from "./session/session_file.ts" with { type: "text" };
import sessionView from "./session/session_view.ts" with { type: "text" };
import welcomeView from "./welcome_view.ts" with { type: "text" };
import errors from "../errors.ts" with { type: "text" };
import maxPixels from "../image/max_pixels.ts" with { type: "text" };
import tiffCodecPerPage from "../image/tiff/codec_per_page.ts" with { type: "text" };
import tiffColors from "../image/tiff/colors.ts" with { type: "text" };
import tiffDecodeMemory from "../image/tiff/decode_memory.ts" with { type: "text" };
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
import tiffReadLayout from "../image/tiff/read_layout.ts" with { type: "text" };
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
import tiffUnpack from "../image/tiff/unpack.ts" with { type: "text" };
import tiffZstd from "../image/tiff/zstd.ts" with { type: "text" };
import tiffLibraries from "./tiff_libraries.ts" with { type: "text" };
import tiffWorker from "./tiff_worker.ts" with { type: "text" };
import baseCss from "./style/base.css" with { type: "text" };
import layoutCss from "./style/layout.css" with { type: "text" };
import welcomeCss from "./style/welcome.css" with { type: "text" };
import queueCss from "./style/queue.css" with { type: "text" };
import resultCss from "./style/result.css" with { type: "text" };
import viewerCss from "./style/viewer.css" with { type: "text" };
import galleryCss from "./style/gallery.css" with { type: "text" };
import dialogCss from "./style/dialog.css" with { type: "text" };
import reviewCss from "./style/review.css" with { type: "text" };
import countingCss from "./style/counting.css" with { type: "text" };
import reportCss from "./style/report.css" with { type: "text" };
import narrowCss from "./style/narrow.css" with { type: "text" };

/**
 * The TypeScript modules that the browser loads when the page is opened, by their path below `src`: the
 * modules of the page, and modules that the page shares with the service. The service strips their types,
 * so they may only use syntax that can be erased (no enums, no parameter properties).
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
  ["page/area_path.ts", areaPath],
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
  ["page/language.ts", language],
  ["page/lazy.ts", lazy],
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
  ["page/review/autosave.ts", autosave],
  ["page/review/counting_area.ts", countingArea],
  ["page/review/decision.ts", decision],
  ["page/review/history.ts", history],
  ["page/review/match_places.ts", matchPlaces],
  ["page/review/review_json.ts", reviewJson],
  ["page/review/review_list.ts", reviewList],
  ["page/scale.ts", scale],
  ["page/scale_view.ts", scaleView],
  ["page/service.ts", service],
  ["page/session/loss.ts", loss],
  ["page/session/session.ts", session],
  ["page/shortcuts.ts", shortcuts],
  ["page/state.ts", state],
  ["page/theme.ts", theme],
  ["page/threshold_view.ts", thresholdView],
  ["page/tile_source.ts", tileSource],
  ["page/tools.ts", tools],
  ["page/typed_input.ts", typedInput],
  ["page/viewer.ts", viewer],
  ["page/viewer_overlay.ts", viewerOverlay],
  ["page/virtual_list.ts", virtualList],
  ["page/welcome_view.ts", welcomeView],
]);

/**
 * The TypeScript modules that the browser loads when a person first uses what they are for, by their path
 * below `src`.
 */
export const lazyModules: ReadonlyMap<string, string> = new Map([
  ["random.ts", random],
  ["result/slide/count_interval.ts", countInterval],
  ["result/slide/densest_circle.ts", densestCircle],
  ["result/slide/enclosing_circle.ts", enclosingCircle],
  ["result/slide/mitotic_score.ts", mitoticScore],
  ["page/counting/area_actions.ts", areaActions],
  ["page/counting/count.ts", count],
  ["page/counting/counting_view.ts", countingView],
  ["page/languages/de.ts", german],
  ["page/report/report_pictures.ts", reportPictures],
  ["page/report/report_view.ts", reportView],
  ["page/review/review_view.ts", reviewView],
  ["page/session/agreement.ts", agreement],
  ["page/session/geojson_file.ts", geojsonFile],
  ["page/session/open_session.ts", openSession],
  ["page/session/session_file.ts", sessionFile],
  ["page/session/session_view.ts", sessionView],
]);

/** The JavaScript of the npm packages that the page uses, by its name below `app/npm`. */
export const libraries: ReadonlyMap<string, string> = new Map([
  ["preact.js", preact],
  ["openseadragon.js", openseadragon],
  ["mozjpeg_dec.js", mozJpeg],
  // The package publishes a plain script, so the export of a module is added.
  ["openjpeg_dec.js", `${openJpeg}\nexport default OpenJPEGWASM;\n`],
  ["fflate.js", fflate],
  ["zstddec.js", zstd],
]);

/** The WebAssembly of these packages, by its name below `app/npm`. */
export const wasm: ReadonlyMap<string, Uint8Array> = new Map([
  ["mozjpeg_dec.wasm", mozJpegWasm],
  ["openjpeg_dec.wasm", openJpegWasm],
]);

/** CSS variables of the colors that the page shares with the pictures of the service. */
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
  reviewCss,
  countingCss,
  narrowCss,
  reportCss,
].join("\n");

/**
 * The TypeScript modules of the Worker that decodes TIFF, by their path below `src`. The browser loads
 * them when the first TIFF is opened.
 */
export const tiffModules: ReadonlyMap<string, string> = new Map([
  ["errors.ts", errors],
  ["image/max_pixels.ts", maxPixels],
  ["image/mpp.ts", imageMpp],
  ["image/tiff/codec_per_page.ts", tiffCodecPerPage],
  ["image/tiff/colors.ts", tiffColors],
  ["image/tiff/decode_memory.ts", tiffDecodeMemory],
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
  ["image/tiff/read_layout.ts", tiffReadLayout],
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
  ["image/tiff/unpack.ts", tiffUnpack],
  ["image/tiff/zstd.ts", tiffZstd],
  ["page/tiff_libraries.ts", tiffLibraries],
  ["page/tiff_worker.ts", tiffWorker],
]);
