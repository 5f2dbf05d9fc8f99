import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import type { Classifier } from "../patch/classifier.ts";
import { loadClassifier } from "../patch/load.ts";
import { predictPatches } from "../patch/predict.ts";
import { scaleWarnings } from "../result/scale.ts";
import { type FieldOpener, fieldOpener, fieldRequest } from "../search/field_opener.ts";
import { detectMitoses } from "../search/search.ts";
import { MAX_WORKERS, openSlide, READS_FILES } from "./platform.ts";
import { readNumber, readSearchOptions } from "./read_options.ts";
import type {
  FieldDetections,
  FieldOptions,
  LoadOptions,
  MitosisClassifier,
  ModelFacts,
} from "./types.ts";

/**
 * Opens the classifier of the library.
 *
 * @throws {Problem} `request_invalid` for an option; as {@linkcode loadClassifier}.
 */
export async function openClassifier(
  { modelFolder, workers = 0 }: LoadOptions,
): Promise<MitosisClassifier> {
  const inferenceWorkers = readNumber("workers", workers, 0, MAX_WORKERS);
  if (modelFolder !== undefined && !READS_FILES) {
    throw new Problem(
      "request_invalid",
      "modelFolder cannot be used in a browser, which reads no folders; leave it out.",
    );
  }
  const config = { ...readConfig(() => undefined), inferenceWorkers, maxFields: 1 };
  const classifier = await loadClassifier({ ...config, modelDir: modelFolder ?? "" });
  const opener = fieldOpener(config);
  async function close(): Promise<void> {
    opener.close();
    await classifier.engine.close();
  }
  return {
    model: factsOf(classifier),
    predict: async (patches, options = {}) =>
      await predictPatches(
        classifier,
        patches instanceof Uint8Array ? [patches] : patches,
        { ...options },
      ),
    detect: (field, options = {}) => detect(classifier, opener, field, options),
    openSlide: (location, options = {}) =>
      openSlide(classifier, inferenceWorkers, location, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function factsOf({ bundle: { manifest } }: Classifier): ModelFacts {
  const { id, name, version, threshold, mpp, network, input } = manifest;
  const patch = { width: input.width, height: input.height };
  return { id, name, version, sha256: network.sha256, threshold, mpp, patch };
}

async function detect(
  classifier: Classifier,
  opener: FieldOpener,
  bytes: Uint8Array,
  { maxMegapixels = 100, onProgress, signal, ...given }: FieldOptions,
): Promise<FieldDetections> {
  const options = readSearchOptions(given, classifier.bundle.manifest);
  const maxPixels = readNumber("maxMegapixels", maxMegapixels, 1, 1000) * 1e6;
  const request = fieldRequest(classifier, bytes, maxPixels, options.mpp);
  const field = await opener.open(request, signal);
  try {
    const { image, threshold, detections, summary } = await detectMitoses(
      classifier,
      field,
      options,
      {
        keepScored: false,
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined
          ? {}
          : { onProgress: ({ done, count }) => onProgress(done, count) }),
      },
    );
    return { image, threshold, detections, summary, warnings: scaleWarnings(image) };
  } finally {
    field.close();
  }
}
