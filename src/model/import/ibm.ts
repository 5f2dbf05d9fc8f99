import type { Manifest } from "../manifest.ts";

/**
 * URLs of the weights of IBM's MAX-Breast-Cancer-Mitosis-Detector: an HDF5 file and a gzipped tar.
 */
export const PUBLISHED_URLS: readonly string[] = [
  "https://raw.githubusercontent.com/IBM/MAX-Breast-Cancer-Mitosis-Detector/2679dc6b9efdf7f00119a57e622a31ce89c51d4d/assets/deep_histopath_model.hdf5",
  "https://codait-cos-max.s3.us.cloud-object-storage.appdomain.cloud/max-breast-cancer-mitosis-detector/1.0.1/assets.tar.gz",
];

/** SHA-512 of `deep_histopath_model.hdf5`, as published by IBM. */
export const PUBLISHED_SHA512 = "3c18a2622e3c927724c4b1b7db3c090294e69a40faed682ef824df32e70039ad" +
  "eb2c29fb838f0cf44bc1ecf706dddea0cb4c2764cec80cf95f6d4570c8429281";

/** The fields of a manifest that describe the model and not its network. */
export type ModelMetadata = Pick<
  Manifest,
  | "id"
  | "name"
  | "description"
  | "type"
  | "license"
  | "source"
  | "version"
  | "trainedOn"
  | "quality"
>;

/**
 * The metadata of IBM's `GET /model/metadata`, word for word, and the measured quality of the
 * model.
 */
export const IBM_METADATA: ModelMetadata = {
  id: "max breast cancer mitosis detector-keras-model",
  name: "MAX Breast Cancer Mitosis Detector Keras Model",
  description:
    "MAX Breast Cancer Mitosis Detector Keras model trained on TUPAC16 data to detect mitosis",
  type: "image_classification",
  license: "Custom",
  source: "https://developer.ibm.com/exchanges/models/all/max-breast-cancer-mitosis-detector/",
  version: "1.0.1",
  trainedOn: ["TUPAC16"],
  quality: [
    quality("AMi-Br, other slides", 0.733, 0.002, 0.992),
    quality("breast TCGA", 0.62, 0.007, 0.97),
    quality("second laboratory", 0.393, 0.008, 0.828),
    quality("third laboratory", 0.95, 0.263, 0.717),
    quality("labeled look-alikes, some of them seen in training", 0.646, 0.011, 0.94),
  ],
};

/** Creates an entry of measured quality, at threshold 0.5 like the embedded model's model card. */
function quality(
  data: string,
  sensitivity: number,
  falsePositiveRate: number,
  averagePrecision: number,
) {
  return { data, sensitivity, falsePositiveRate, averagePrecision };
}

/**
 * Returns the metadata of a network that IBM did not publish. Only its name is known.
 *
 * @param name Name of the Keras file without its ending.
 */
export function customMetadata(name: string): ModelMetadata {
  return {
    id: name,
    name,
    description: `Network of the deep-histopath family, imported from ${name}`,
    type: "image_classification",
    license: "not stated",
    source: name,
    version: "0",
    trainedOn: ["not stated"],
    quality: [],
  };
}
