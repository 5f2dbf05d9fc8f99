import type { LayerGraph } from "./keras/layers.ts";
import type { Preprocessing } from "./keras/preprocessing.ts";
import { buildGraph } from "./onnx/build.ts";
import type { Graph } from "./onnx/graph.ts";
import { optimize, type Step } from "./onnx/optimize.ts";
import { writeOnnx } from "./onnx/write.ts";
import { version } from "../../version.ts";
import type { Manifest } from "../manifest.ts";

/** A network as ONNX, with what a manifest says of its input and output. */
export interface ConvertedNetwork {
  readonly graph: Graph;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly input: Manifest["input"];
  readonly output: Manifest["output"];
}

/** A Keras network converted node by node, and what the passes made of it. */
export interface Conversion {
  readonly straight: ConvertedNetwork;
  readonly steps: readonly Step[];
  /** After all steps; the straight one where there are none. */
  readonly final: ConvertedNetwork;
}

/**
 * Converts a Keras network to ONNX.
 *
 * @param metadata What the file says of where it comes from.
 * @throws {Problem} `weights_unsupported`.
 */
export function convert(
  layers: LayerGraph,
  preprocessing: Preprocessing,
  metadata: Readonly<Record<string, string>>,
  { isOptimized }: { isOptimized: boolean },
): Conversion {
  const write = (graph: Graph) => networkOf(graph, preprocessing, metadata);
  const straight = write(buildGraph(layers, preprocessing));
  const steps = isOptimized ? optimize(straight.graph) : [];
  const last = steps.at(-1);
  return { straight, steps, final: last === undefined ? straight : write(last.graph) };
}

/** Writes a graph, and describes it as a manifest does. */
export function networkOf(
  graph: Graph,
  { channelOrder }: Preprocessing,
  metadata: Readonly<Record<string, string>> = {},
): ConvertedNetwork {
  const { name, layout, dims, scale, offset } = graph.input;
  const [height, width] = layout === "NHWC" ? dims : [dims[1], dims[2]];
  return {
    graph,
    bytes: writeOnnx(graph, {
      producer: "Mitosis Detector model import",
      producerVersion: version,
      metadata,
    }),
    input: {
      name,
      width,
      height,
      channelOrder,
      layout,
      dtype: "float32",
      normalization: { scale: triple(scale), offset: triple(offset) },
    },
    output: { name: graph.output, kind: "probability" },
  };
}

function triple([r = NaN, g = NaN, b = NaN]: readonly number[]): [number, number, number] {
  return [r, g, b];
}
