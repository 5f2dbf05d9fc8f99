import card from "../../model/README.md" with { type: "text" };
import manifest from "../../model/manifest.json" with { type: "json" };
import network from "../../model/mitosis.onnx" with { type: "bytes" };
import selfTestImage from "../../model/samples/metaphase.png" with { type: "bytes" };
import type { BundleFiles } from "./bundle.ts";

/**
 * The bundle in `model/`, embedded in the program by imports, so that no file is read at run time.
 */
export const embeddedFiles: BundleFiles = {
  where: "the program",
  manifest,
  card,
  read(file) {
    if (file === manifest.network.file) return Promise.resolve(network);
    if (file === manifest.selfTest.image) return Promise.resolve(selfTestImage);
    return Promise.reject(new Error("the file is not embedded"));
  },
};
