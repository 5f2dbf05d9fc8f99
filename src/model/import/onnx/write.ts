import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Attribute, Constant, Graph, Node } from "./graph.ts";

/** The opset that is written: the newest whose operators onnxruntime-web 1.30 was made for. */
export const opset = 21;

/** Version of the file format that came with that opset. */
const irVersion = 10;

/** `TensorProto.DataType` and `AttributeProto.AttributeType` of onnx.proto, as far as needed. */
const dataType = { float: 1, int64: 7 } as const;
const attributeType = { float: 1, int: 2, ints: 7 } as const;

/** What a file says of itself beside the graph. */
export interface FileFacts {
  /** The program that wrote it. */
  readonly producer: string;
  readonly producerVersion: string;
  /** `metadata_props` of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Leaves the input's height and width open, as a network without padding may. */
  readonly anySize?: boolean;
}

/**
 * The bytes of an ONNX file, constants as float32.
 * Field numbers are those of [onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export function writeOnnx(graph: Graph, facts: FileFacts): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    message((model) => {
      int(model, 1, irVersion);
      text(model, 2, facts.producer);
      text(model, 3, facts.producerVersion);
      nested(model, 7, (body) => writeGraph(body, graph, facts.anySize ?? false));
      nested(model, 8, (set) => int(set, 2, opset));
      for (const [key, value] of Object.entries(facts.metadata)) {
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
  const open = layout === "NCHW" ? [dims[0], "H", "W"] : ["H", "W", dims[2]];
  nested(writer, 11, (body) => writeValue(body, name, anySize ? open : dims));
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
    int(writer, 20, attributeType.int);
  } else if ("float" in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    int(writer, 20, attributeType.float);
  } else {
    for (const item of value) int(writer, 8, item);
    int(writer, 20, attributeType.ints);
  }
}

function writeConstant(writer: BinaryWriter, name: string, { dims, data }: Constant): void {
  for (const size of dims) int(writer, 1, size);
  const isFloat = data instanceof Float64Array;
  int(writer, 2, isFloat ? dataType.float : dataType.int64);
  text(writer, 8, name);
  // raw_data is little-endian, as every platform is that Deno and its WASM run on.
  const raw = isFloat ? Float32Array.from(data) : data;
  writer.tag(9, WireType.LengthDelimited).bytes(
    new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength),
  );
}

/** A float32 tensor `[N, ...dims]`; a size that has a name is open. */
function writeValue(
  writer: BinaryWriter,
  name: string,
  dims: readonly (number | string)[],
): void {
  text(writer, 1, name);
  nested(writer, 2, (type) =>
    nested(type, 1, (tensor) => {
      int(tensor, 1, dataType.float);
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
