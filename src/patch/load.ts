import type { Config } from "../config.ts";
import { type InferenceWorker, openInferenceWorker } from "../inference/supervised_worker.ts";
import { openPool, type PoolEvents } from "../inference/pool.ts";
import { compileRuntime } from "../inference/runtime.ts";
import type { SessionSource } from "../inference/session.ts";
import { openBundle } from "../model/bundle.ts";
import { embeddedFiles } from "../model/embedded.ts";
import { folderFiles } from "../model/folder.ts";
import { type Classifier, openClassifier } from "./classifier.ts";

/** The settings that {@linkcode loadClassifier} reads. */
export const LOAD_SETTINGS = [
  "modelDir",
  "inferenceWorkers",
  "batchSize",
  "workerTimeoutMs",
  "workerMemoryBytes",
] as const satisfies (keyof Config)[];

/** The values of these settings. */
export type LoadConfig = Pick<Config, typeof LOAD_SETTINGS[number]>;

/** Options of {@linkcode loadClassifier} besides the settings. */
export interface LoadOptions {
  /** Called when the pool of inference workers replaces a worker or refuses an input. */
  readonly events?: PoolEvents;
  /** Creates a Worker in place of the usual one; for tests. */
  readonly createWorker?: () => Worker;
}

/**
 * Loads the model that the settings name. Checks the bundle, starts the inference workers and runs
 * the self-test.
 *
 * @throws {Problem} `model_invalid`; the message says what is wrong. Otherwise as
 * {@linkcode openClassifier}.
 */
export async function loadClassifier(
  config: LoadConfig,
  { events = {}, createWorker }: LoadOptions = {},
): Promise<Classifier> {
  const files = config.modelDir ? await folderFiles(config.modelDir) : embeddedFiles;
  const [runtime, bundle] = await Promise.all([compileRuntime(), openBundle(files)]);
  const { input, output } = bundle.manifest;
  const source = { runtime, network: bundle.network, input, output };
  const workerOptions = {
    timeout: config.workerTimeoutMs,
    ...(createWorker === undefined ? {} : { createWorker }),
  };
  const engine = await openPool(
    startFirstAlone(() =>
      config.inferenceWorkers === 0
        ? openInProcess(source)
        : openInferenceWorker(source, workerOptions)
    ),
    Math.max(1, config.inferenceWorkers),
    {
      maxWorkerBytes: config.workerMemoryBytes,
      // In the serving thread, batches are not merged, so that requests are served between two of them.
      maxMergedWork: config.inferenceWorkers === 0 ? 0 : config.batchSize,
      events,
    },
  );
  try {
    return await openClassifier(bundle, engine, config.batchSize);
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
}

/**
 * Returns a function that opens the first inference worker alone, and the others after it. V8
 * compiles a function of the ONNX runtime at its first call, and later Workers use the result. Workers that
 * start at the same time would each compile it, and each keep the 25 MB of memory that this takes.
 */
function startFirstAlone(open: () => Promise<InferenceWorker>): () => Promise<InferenceWorker> {
  let first: Promise<InferenceWorker> | undefined;
  return () => first === undefined ? first = open() : first.then(open, open);
}

/**
 * Opens an inference worker in this thread. Imports the module only here, because it loads the ONNX
 * runtime into the thread.
 */
async function openInProcess(source: SessionSource): Promise<InferenceWorker> {
  const { openInProcessWorker } = await import("../inference/in_process.ts");
  return await openInProcessWorker(source);
}
