import manifest from "../../model/manifest.json" with { type: "json" };
import type { BundleFiles } from "../../src/model/bundle.ts";
import { readAsset } from "./assets.ts";

/** Replaces `src/model/embedded.ts`: the network and its test image are files beside the bundle. */
export const embeddedFiles: BundleFiles = {
  where: "the package",
  manifest,
  card: "",
  read(file) {
    if (file === manifest.network.file) return readAsset("mitosis.onnx");
    if (file === manifest.selfTest.image) return readAsset("metaphase.png");
    return Promise.reject(new Error("the file is not in the package"));
  },
};
