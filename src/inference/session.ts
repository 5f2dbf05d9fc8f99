import ort from "./ort.ts";
import { messageOf, Problem } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import type { PixelBatch, ProbabilityMaps } from "./engine.ts";
import { preprocessor } from "./tensor.ts";

/** What a session needs; all of it can be posted to a Worker. */
export interface SessionSource {
  /** The ONNX runtime, compiled once for all sessions of the process. */
  readonly runtime: WebAssembly.Module;
  /** Bytes of the `.onnx` file. */
  readonly network: Uint8Array;
  readonly input: Manifest["input"];
  readonly output: Manifest["output"];
}

/** A network that is loaded and can be run. It blocks the thread that it runs on. */
export interface Session {
  run(batch: PixelBatch): Promise<ProbabilityMaps>;
  /** Bytes that the ONNX runtime of this thread has taken; WebAssembly never gives any back. */
  memoryBytes(): number;
  close(): Promise<void>;
}

/**
 * Loads a network into the ONNX runtime of this thread (one thread, WASM with SIMD) and compares
 * its inputs and outputs with what the manifest says.
 *
 * @throws {Problem} `model_invalid` when the file is no network or not the one that is described.
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
    throw new Problem("model_invalid", `The ONNX runtime cannot load it: ${messageOf(thrown)}`);
  }
  checkInterface(session, source);
  const toTensor = preprocessor(source.input);
  const isLogit = source.output.kind === "logit";
  return {
    async run(batch) {
      const { type, dims, data } = toTensor(batch);
      const input = new ort.Tensor(type, data, dims);
      const results = await session.run({ [source.input.name]: input });
      const output = results[source.output.name];
      if (!(output?.data instanceof Float32Array)) {
        throw new Problem(
          "internal",
          `The network's output '${source.output.name}' is not float32.`,
        );
      }
      return { dims: output.dims, data: isLogit ? output.data.map(logistic) : output.data };
    },
    memoryBytes: () => runtimeMemory?.buffer.byteLength ?? 0,
    close: () => session.release(),
  };
}

/** 1 / (1 + e^-x). */
function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The memory of this thread's ONNX runtime, once that was started. */
let runtimeMemory: WebAssembly.Memory | undefined;

/**
 * Lets the ONNX runtime of this thread use a module that is already compiled. It offers no setting
 * for that: it takes bytes and compiles them, once in every Worker, for 50 MB and 0.1 s each. So its
 * one call of `WebAssembly.instantiate` is answered with the module, and the function put back.
 */
function useCompiledRuntime(runtime: WebAssembly.Module): void {
  ort.env.wasm.numThreads = 1;
  if (ort.env.wasm.wasmBinary !== undefined) return;
  ort.env.wasm.wasmBinary = new Uint8Array(8);
  const instantiate = WebAssembly.instantiate;
  const once = async (_bytes: unknown, imports?: WebAssembly.Imports) => {
    WebAssembly.instantiate = instantiate;
    const instance = await instantiate(runtime, imports);
    const shared = Object.values(imports ?? {}).flatMap((group) => Object.values(group));
    runtimeMemory = [...shared, ...Object.values(instance.exports)]
      .find((value) => value instanceof WebAssembly.Memory);
    return { module: runtime, instance };
  };
  WebAssembly.instantiate = once as typeof instantiate;
}

function checkInterface(session: ort.InferenceSession, { input, output }: SessionSource): void {
  const { height, width } = input;
  const wanted = input.layout === "NCHW" ? [3, height, width] : [height, width, 3];
  const declared = session.inputMetadata.find(({ name }) => name === input.name);
  if (declared === undefined || session.inputNames.length !== 1) {
    throw mismatch(`one input named '${input.name}'`, `'${session.inputNames.join("', '")}'`);
  }
  if (
    !declared.isTensor || declared.type !== input.dtype || !fits(declared.shape.slice(1), wanted)
  ) {
    const shape = declared.isTensor
      ? `${declared.type} [${declared.shape.join(", ")}]`
      : "no tensor";
    throw mismatch(`input ${input.dtype} [N, ${wanted.join(", ")}]`, shape);
  }
  if (!session.outputNames.includes(output.name)) {
    throw mismatch(`an output named '${output.name}'`, `'${session.outputNames.join("', '")}'`);
  }
}

/** A dimension that the network leaves open has a name instead of a number. */
function fits(declared: readonly (number | string)[], wanted: readonly number[]): boolean {
  return declared.length === wanted.length &&
    declared.every((size, i) => typeof size === "string" || size === wanted[i]);
}

function mismatch(wanted: string, found: string): Problem {
  return new Problem("model_invalid", `The manifest says ${wanted}; the network has ${found}.`);
}
