import type { Config } from "../config.ts";
import type { Engine } from "../inference/engine.ts";
import { openInProcess } from "../inference/in_process.ts";
import { openPool } from "../inference/pool.ts";
import { compileRuntime } from "../inference/runtime.ts";
import { type Bundle, openBundle } from "../model/bundle.ts";
import { embeddedFiles } from "../model/embedded.ts";
import { folderFiles } from "../model/folder.ts";
import { type Classifier, openClassifier } from "./classifier.ts";

/** The settings that say which model is loaded and where it runs. */
export type LoadConfig = Pick<Config, "modelDir" | "inferenceWorkers" | "batchSize">;

/**
 * Loads the model that the settings name: checks the bundle, starts the Workers, runs the self-test.
 *
 * @throws {Problem} `model_invalid`, with one sentence that says what is wrong.
 */
export async function loadClassifier(config: LoadConfig): Promise<Classifier> {
  const files = config.modelDir ? await folderFiles(config.modelDir) : embeddedFiles;
  const [runtime, bundle] = await Promise.all([compileRuntime(), openBundle(files)]);
  const engine = await startEngine(runtime, bundle, config.inferenceWorkers);
  try {
    return await openClassifier(bundle, engine, config.batchSize);
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
}

function startEngine(runtime: WebAssembly.Module, bundle: Bundle, workers: number) {
  const { input, output } = bundle.manifest;
  const source = { runtime, network: bundle.network, input, output };
  const engine: Promise<Engine> = workers === 0 ? openInProcess(source) : openPool(source, workers);
  return engine;
}
