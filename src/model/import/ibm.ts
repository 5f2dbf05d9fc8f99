import type { Manifest } from "../manifest.ts";

/** Where IBM publishes the weights of MAX-Breast-Cancer-Mitosis-Detector; the second is a gzipped tar. */
export const publishedUrls: readonly string[] = [
  "https://raw.githubusercontent.com/IBM/MAX-Breast-Cancer-Mitosis-Detector/2679dc6b9efdf7f00119a57e622a31ce89c51d4d/assets/deep_histopath_model.hdf5",
  "https://codait-cos-max.s3.us.cloud-object-storage.appdomain.cloud/max-breast-cancer-mitosis-detector/1.0.1/assets.tar.gz",
];

/** SHA-512 of `deep_histopath_model.hdf5`, as IBM pins it. */
export const publishedSha512 = "3c18a2622e3c927724c4b1b7db3c090294e69a40faed682ef824df32e70039ad" +
  "eb2c29fb838f0cf44bc1ecf706dddea0cb4c2764cec80cf95f6d4570c8429281";

/** What a manifest says of a model, beside the network itself. */
export type ModelFacts = Pick<
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

/** IBM's `GET /model/metadata`, word for word, and what was measured of the model. */
export const ibmFacts: ModelFacts = {
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

/** Measured at the threshold 0.5, as the rows of the embedded model's card are. */
function quality(
  data: string,
  sensitivity: number,
  falsePositiveRate: number,
  averagePrecision: number,
) {
  return { data, sensitivity, falsePositiveRate, averagePrecision };
}

/** What is said of a network of one's own, of which only the file's name is known. */
export function ownFacts(name: string): ModelFacts {
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
