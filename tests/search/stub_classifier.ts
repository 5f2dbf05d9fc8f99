import embedded from "../../model/manifest.json" with { type: "json" };
import type { RgbImage } from "../../src/image/rgb_image.ts";
import type { PixelBatch } from "../../src/inference/engine.ts";
import { type Manifest, parseManifest } from "../../src/model/manifest.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import { cropNaively } from "../image/random_image.ts";

/** A network that computes the probability of one window by simple arithmetic. */
export type StubNetwork = (window: RgbImage) => number;

export interface StubOptions {
  /** Width and height of the input, in pixels. */
  readonly input: readonly [width: number, height: number];
  readonly network: StubNetwork;
  /** Of a fully convolutional network; left out for any other. */
  readonly stride?: number;
  readonly threshold?: number;
  readonly orientationInvariant?: true;
  readonly batchSize?: number;
  /** Replaces what the engine returns. */
  readonly change?: (maps: { dims: number[]; data: Float32Array }) => typeof maps;
}

/** A classifier whose engine runs a {@linkcode StubNetwork}, and what the engine was given. */
export interface StubClassifier extends Classifier {
  readonly batches: readonly PixelBatch[];
}

/** Makes a classifier at 0.5 um per pixel. Its engine runs the network window by window. */
export function stubClassifier(options: StubOptions): StubClassifier {
  const { input: [width, height], network, stride, change = (maps) => maps } = options;
  const batches: PixelBatch[] = [];
  const unused = (): never => {
    throw new Error("not needed");
  };
  const selfTestImage = { width, height, data: new Uint8Array() };
  return {
    batches,
    batchSize: options.batchSize ?? 32,
    bundle: {
      manifest: stubManifest(options),
      card: "",
      network: new Uint8Array(),
      selfTestImage,
      selfTestPng: new Uint8Array(),
    },
    score: unused,
    engine: {
      concurrency: 2,
      load: unused,
      close: () => Promise.resolve(),
      run(batch) {
        batches.push(batch);
        const step = stride ?? 1;
        const rows = (batch.height - height) / step + 1;
        const columns = (batch.width - width) / step + 1;
        const stack = { width: batch.width, height: batch.height * batch.count, data: batch.data };
        const data = Float32Array.from({ length: batch.count * rows * columns }, (_, i) => {
          const x = i % columns * step;
          const row = Math.floor(i / columns);
          const y = row % rows * step + Math.floor(row / rows) * batch.height;
          return network(cropNaively(stack, { x, y, width, height }));
        });
        return Promise.resolve(change({ dims: [batch.count, 1, rows, columns], data }));
      },
    },
  };
}

function stubManifest({ input, stride, threshold = 0.5, ...options }: StubOptions): Manifest {
  const { fullyConvolutional: _, orientationInvariant: __, ...manifest } =
    parseManifest(embedded).data ?? (() => {
      throw new Error("the embedded manifest is not valid");
    })();
  const [width, height] = input;
  return {
    ...manifest,
    input: { ...manifest.input, width, height },
    threshold,
    mpp: 0.5,
    ...(stride === undefined ? {} : { fullyConvolutional: { receptiveField: width, stride } }),
    ...(options.orientationInvariant ? { orientationInvariant: true } : {}),
  };
}

/** The mean of red, 0 to 1. */
export const meanOfRed: StubNetwork = ({ width, height, data }) => {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += data[i] ?? NaN;
  return sum / (width * height * 255);
};

/** Red of the upper left pixel, 0 to 1: differs between the orientations of a window. */
export const redOfCorner: StubNetwork = ({ data }) => (data[0] ?? NaN) / 255;
