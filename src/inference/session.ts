import ort from "./ort.ts";
import { messageOf, Problem } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import type { PixelBatch, ProbabilityMaps } from "./engine.ts";
import { createPreprocessor } from "./preprocess.ts";

/** Everything that is needed to open a session. It can be sent to a Worker in a message. */
export interface SessionSource {
  /** The compiled ONNX runtime, which all sessions of the process share. */
  readonly runtime: WebAssembly.Module;
  /** Bytes of the `.onnx` file. */
  readonly network: Uint8Array;
  readonly input: Manifest["input"];
  readonly output: Manifest["output"];
}

/** A network that is loaded and can be run. A run blocks its thread. */
export interface Session {
  /**
   * Runs the network over a batch.
   *
   * @throws {Problem} `internal` when the output is not float32, or has a value that is not finite and
   *   so cannot be compared with a threshold.
   * @throws {Error} of the ONNX runtime when the run fails.
   */
  run(batch: PixelBatch): Promise<ProbabilityMaps>;
  /** Returns the bytes that this thread's ONNX runtime has allocated. WebAssembly never frees any. */
  memoryBytes(): number;
  /** Frees the network's memory inside the runtime. */
  close(): Promise<void>;
}

/**
 * Loads a network into the ONNX runtime of this thread (WASM with SIMD, single-threaded). Checks the
 * name, type and shape of its input and the name of its output against the manifest.
 *
 * @throws {Problem} `model_invalid` when the file is not an ONNX network, or does not fit the
 * manifest.
 */
export async function openSession(source: SessionSource): Promise<Session> {
  useCompiledRuntime(source.runtime);
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(source.network, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
  } catch (thrown) {
    throw new Problem(
      "model_invalid",
      `The ONNX runtime cannot load the network: ${messageOf(thrown)}`,
    );
  }
  checkInterface(session, source);
  const preprocess = createPreprocessor(source.input);
  const isLogit = source.output.kind === "logit";
  return {
    async run(batch) {
      const { type, dims, data } = preprocess(batch);
      const input = new ort.Tensor(type, data, dims);
      const results = await session.run({ [source.input.name]: input });
      const output = results[source.output.name];
      if (!(output?.data instanceof Float32Array)) {
        throw new Problem(
          "internal",
          `The network's output '${source.output.name}' is not float32.`,
        );
      }
      if (!output.data.every(Number.isFinite)) {
        throw new Problem(
          "internal",
          `The network's output '${source.output.name}' has a value that is not a finite number.`,
        );
      }
      return { dims: output.dims, data: isLogit ? output.data.map(logistic) : output.data };
    },
    memoryBytes: () => runtimeMemory?.buffer.byteLength ?? 0,
    close: () => session.release(),
  };
}

/** Converts a logit to a probability: 1 / (1 + e^-x). */
function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The memory of this thread's ONNX runtime; undefined before the runtime is started. */
let runtimeMemory: WebAssembly.Memory | undefined;

/**
 * Makes the ONNX runtime of this thread use a module that is already compiled. The runtime has no
 * setting for that. It takes bytes and would compile them in every Worker, which costs 50 MB and
 * 0.1 s each. So this function replaces `WebAssembly.instantiate` until the runtime has called it
 * once.
 */
function useCompiledRuntime(runtime: WebAssembly.Module): void {
  ort.env.wasm.numThreads = 1;
  if (ort.env.wasm.wasmBinary !== undefined) return;
  // A placeholder. The runtime passes it to `WebAssembly.instantiate`, which is replaced below.
  ort.env.wasm.wasmBinary = new Uint8Array(8);
  const instantiate = WebAssembly.instantiate;
  const instantiateOnce = async (_bytes: unknown, imports?: WebAssembly.Imports) => {
    WebAssembly.instantiate = instantiate;
    const instance = await instantiate(runtime, imports);
    const imported = Object.values(imports ?? {}).flatMap((group) => Object.values(group));
    runtimeMemory = [...imported, ...Object.values(instance.exports)]
      .find((value) => value instanceof WebAssembly.Memory);
    return { module: runtime, instance };
  };
  WebAssembly.instantiate = instantiateOnce as typeof instantiate;
}

function checkInterface(session: ort.InferenceSession, { input, output }: SessionSource): void {
  const { height, width } = input;
  const expected = input.layout === "NCHW" ? [3, height, width] : [height, width, 3];
  const declared = session.inputMetadata.find(({ name }) => name === input.name);
  if (declared === undefined || session.inputNames.length !== 1) {
    throw mismatch(`one input named '${input.name}'`, `'${session.inputNames.join("', '")}'`);
  }
  if (
    !declared.isTensor || declared.type !== input.dtype ||
    !isCompatible(declared.shape.slice(1), expected)
  ) {
    const shape = declared.isTensor
      ? `${declared.type} [${declared.shape.join(", ")}]`
      : "no tensor";
    throw mismatch(`input ${input.dtype} [N, ${expected.join(", ")}]`, shape);
  }
  if (!session.outputNames.includes(output.name)) {
    throw mismatch(`an output named '${output.name}'`, `'${session.outputNames.join("', '")}'`);
  }
}

/** Compares shapes. In the network, a dimension of any size has a name instead of a number. */
function isCompatible(
  declared: readonly (number | string)[],
  expected: readonly number[],
): boolean {
  return declared.length === expected.length &&
    declared.every((size, i) => typeof size === "string" || size === expected[i]);
}

function mismatch(expected: string, found: string): Problem {
  return new Problem(
    "model_invalid",
    `The manifest declares ${expected}, but the network has ${found}.`,
  );
}
