import type { LayerGraph } from "./keras/layers.ts";
import type { Preprocessing } from "./keras/preprocessing.ts";
import { buildGraph } from "./onnx/build.ts";
import type { Graph } from "./onnx/graph.ts";
import { optimize, type Step } from "./onnx/optimize.ts";
import { writeOnnx } from "./onnx/write.ts";
import { version } from "../../version.ts";
import type { Manifest } from "../manifest.ts";

/** A network in ONNX format, with the manifest's description of its input and output. */
export interface ConvertedNetwork {
  readonly graph: Graph;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly input: Manifest["input"];
  readonly output: Manifest["output"];
}

/** A Keras network in ONNX format, before and after the graph optimization passes. */
export interface Conversion {
  /** The direct conversion, with the same operations as in Keras. */
  readonly direct: ConvertedNetwork;
  /** The graph after each pass that changed it. */
  readonly steps: readonly Step[];
  /** The network after all passes; the same object as `direct` if there are none. */
  readonly final: ConvertedNetwork;
}

/**
 * Converts a Keras network to ONNX.
 *
 * @param metadata Key-value pairs that are stored in the ONNX file, such as its source.
 * @param isOptimized Whether the graph optimization passes are applied.
 * @throws {Problem} `weights_unsupported` when shapes do not fit or the output is not one number.
 */
export function convert(
  layers: LayerGraph,
  preprocessing: Preprocessing,
  metadata: Readonly<Record<string, string>>,
  { isOptimized }: { readonly isOptimized: boolean },
): Conversion {
  const write = (graph: Graph) => writeNetwork(graph, preprocessing, metadata);
  const direct = write(buildGraph(layers, preprocessing));
  const steps = isOptimized ? optimize(direct.graph) : [];
  const last = steps.at(-1);
  return { direct, steps, final: last === undefined ? direct : write(last.graph) };
}

/** Writes a graph in ONNX format, and describes its input and output as in a manifest. */
export function writeNetwork(
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
