import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Attribute, Constant, Graph, Node } from "./graph.ts";

/**
 * Version of the ONNX operator set that is written: the newest that onnxruntime-web 1.30 supports.
 */
export const OPSET = 21;

/** Version of the ONNX file format that belongs to this operator set. */
const IR_VERSION = 10;

/** Values of `TensorProto.DataType` in onnx.proto. */
const DATA_TYPE = { float: 1, int64: 7 } as const;
/** Values of `AttributeProto.AttributeType` in onnx.proto. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

/** Contents of an ONNX file besides the graph. */
export interface OnnxFileOptions {
  /** Name of the program that wrote the file. */
  readonly producer: string;
  readonly producerVersion: string;
  /** Key-value pairs, stored as `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Declares an input of any height and width, as a fully convolutional network accepts. */
  readonly anySize?: boolean;
}

/**
 * Encodes a graph as an ONNX file. Floating-point constants are written as float32. The field numbers
 * are those of [onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export function writeOnnx(graph: Graph, options: OnnxFileOptions): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    message((model) => {
      int(model, 1, IR_VERSION);
      text(model, 2, options.producer);
      text(model, 3, options.producerVersion);
      nested(model, 7, (body) => writeGraph(body, graph, options.anySize ?? false));
      nested(model, 8, (set) => int(set, 2, OPSET));
      for (const [key, value] of Object.entries(options.metadata)) {
        nested(model, 14, (entry) => {
          text(entry, 1, key);
          text(entry, 2, value);
        });
      }
    }),
  );
}

function writeGraph(writer: BinaryWriter, graph: Graph, anySize: boolean): void {
  for (const node of graph.nodes) nested(writer, 1, (body) => writeNode(body, node));
  text(writer, 2, "mitosis");
  for (const [name, constant] of graph.constants) {
    nested(writer, 5, (body) => writeConstant(body, name, constant));
  }
  const { name, layout, dims } = graph.input;
  const openDims = layout === "NCHW" ? [dims[0], "H", "W"] : ["H", "W", dims[2]];
  nested(writer, 11, (body) => writeValue(body, name, anySize ? openDims : dims));
  nested(writer, 12, (body) => writeValue(body, graph.output, anySize ? [1, "h", "w"] : [1]));
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  text(writer, 2, node.output);
  text(writer, 3, node.output);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    nested(writer, 5, (body) => writeAttribute(body, name, value));
  }
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === "number") {
    int(writer, 3, value);
    int(writer, 20, ATTRIBUTE_TYPE.int);
  } else if ("float" in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    int(writer, 20, ATTRIBUTE_TYPE.float);
  } else {
    for (const item of value) int(writer, 8, item);
    int(writer, 20, ATTRIBUTE_TYPE.ints);
  }
}

function writeConstant(writer: BinaryWriter, name: string, { dims, data }: Constant): void {
  for (const size of dims) int(writer, 1, size);
  const isFloat = data instanceof Float64Array;
  int(writer, 2, isFloat ? DATA_TYPE.float : DATA_TYPE.int64);
  text(writer, 8, name);
  // raw_data must be little-endian, as are all platforms that Deno supports.
  const raw = isFloat ? Float32Array.from(data) : data;
  writer.tag(9, WireType.LengthDelimited).bytes(
    new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength),
  );
}

/** Writes the declaration of a float32 tensor `[N, ...dims]`. A dimension of any size has a name. */
function writeValue(
  writer: BinaryWriter,
  name: string,
  dims: readonly (number | string)[],
): void {
  text(writer, 1, name);
  nested(writer, 2, (type) =>
    nested(type, 1, (tensor) => {
      int(tensor, 1, DATA_TYPE.float);
      nested(tensor, 2, (shape) => {
        for (const size of ["N", ...dims]) {
          nested(shape, 1, (dim) =>
            typeof size === "string" ? text(dim, 2, size) : int(dim, 1, size));
        }
      });
    }));
}

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

function nested(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
