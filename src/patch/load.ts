import type { Config } from "../config.ts";
import { type InferenceWorker, openInferenceWorker } from "../inference/inference_worker.ts";
import { openPool, type PoolEvents } from "../inference/pool.ts";
import { compileRuntime } from "../inference/runtime.ts";
import type { SessionSource } from "../inference/session.ts";
import { openBundle } from "../model/bundle.ts";
import { embeddedFiles } from "../model/embedded.ts";
import { folderFiles } from "../model/folder.ts";
import { type Classifier, openClassifier } from "./classifier.ts";

/** The settings that say which model is loaded and where it runs. */
export const loadSettings = [
  "modelDir",
  "inferenceWorkers",
  "batchSize",
  "workerTimeoutMs",
  "workerMemoryBytes",
] as const satisfies (keyof Config)[];

/** What is read of the settings to load a model. */
export type LoadConfig = Pick<Config, typeof loadSettings[number]>;

/** What happens around the model while it serves, and what its Workers are made of. */
export interface LoadOptions {
  readonly events?: PoolEvents;
  /** Makes a Worker, in place of the ordinary one. */
  readonly createWorker?: () => Worker;
}

/**
 * Loads the model that the settings name: checks the bundle, starts the Workers, runs the self-test.
 *
 * @throws {Problem} `model_invalid`, with one sentence that says what is wrong.
 */
export async function loadClassifier(
  config: LoadConfig,
  { events = {}, createWorker }: LoadOptions = {},
): Promise<Classifier> {
  const files = config.modelDir ? await folderFiles(config.modelDir) : embeddedFiles;
  const [runtime, bundle] = await Promise.all([compileRuntime(), openBundle(files)]);
  const { input, output } = bundle.manifest;
  const source = { runtime, network: bundle.network, input, output };
  const laneOptions = {
    timeout: config.workerTimeoutMs,
    ...(createWorker === undefined ? {} : { createWorker }),
  };
  const engine = await openPool(
    afterFirst(() =>
      config.inferenceWorkers === 0 ? inProcess(source) : openInferenceWorker(source, laneOptions)
    ),
    Math.max(1, config.inferenceWorkers),
    { maxWorkerBytes: config.workerMemoryBytes, events },
  );
  try {
    return await openClassifier(bundle, engine, config.batchSize);
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
}

/**
 * Lets the first lane start alone. Machine code of the ONNX runtime is made when a function is first
 * called, for all threads; lanes that start together each make it, and keep 25 MB that it took.
 */
function afterFirst(open: () => Promise<InferenceWorker>): () => Promise<InferenceWorker> {
  let first: Promise<InferenceWorker> | undefined;
  return () => first === undefined ? first = open() : first.then(open, open);
}

/** Loads the ONNX runtime's scripts into this thread only where it runs the network itself. */
async function inProcess(source: SessionSource): Promise<InferenceWorker> {
  const { openInProcessWorker } = await import("../inference/in_process.ts");
  return await openInProcessWorker(source);
}
