/** A constant of a graph. Computed in double precision; rounded once, to float32, when written. */
export interface Constant {
  readonly dims: readonly number[];
  /** Floating-point values in row-major order; bigint where ONNX wants int64 (shapes, indices). */
  readonly data: Float64Array | BigInt64Array;
}

/** An attribute: integers are ONNX `INT` and `INTS`, `{ float }` is `FLOAT`. */
export type Attribute = number | readonly number[] | { readonly float: number };

/** One operator of the ONNX standard with a single output. */
export interface Node {
  /** Operator of the domain `ai.onnx`, such as `Conv`. */
  readonly op: string;
  /** Tensors and constants that it reads, in the standard's order. */
  readonly inputs: readonly string[];
  /** The tensor that it makes; unique in the graph, and so the node's name too. */
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/**
 * A network as ONNX sees it, with one input and one output.
 * The nodes are in an order in which each reads only what came before it.
 */
export interface Graph {
  /** The input; `dims` without the batch. The network gets `value * scale + offset` per channel. */
  readonly input: {
    readonly name: string;
    readonly layout: "NHWC" | "NCHW";
    readonly dims: readonly [number, number, number];
    readonly scale: readonly number[];
    readonly offset: readonly number[];
  };
  /** The tensor that is the answer: `[N, 1]`, a probability. */
  readonly output: string;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Constant>;
}

/** A float constant. */
export function floats(dims: readonly number[], data: ArrayLike<number>): Constant {
  return { dims, data: Float64Array.from(data) };
}

/** A vector of int64, as ONNX takes shapes and indices. */
export function integers(values: readonly number[]): Constant {
  return { dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** The floats of the constant `name`. */
export function floatsOf(graph: Graph, name: string | undefined): Float64Array {
  const data = name === undefined ? undefined : graph.constants.get(name)?.data;
  if (!(data instanceof Float64Array)) throw new TypeError(`'${name}' is not a float constant`);
  return data;
}

/** The node that makes `tensor`; none for the graph's input and for constants. */
export function producer(graph: Graph, tensor: string | undefined): Node | undefined {
  return graph.nodes.find((node) => node.output === tensor);
}

/** The nodes that read `tensor`; the graph's output counts as no reader. */
export function readers(graph: Graph, tensor: string): Node[] {
  return graph.nodes.filter((node) => node.inputs.includes(tensor));
}

/** Whether `node` is all that reads `tensor`. */
export function isOnlyReader(graph: Graph, tensor: string, node: Node): boolean {
  const all = readers(graph, tensor);
  return graph.output !== tensor && all.length === 1 && all[0] === node;
}

/** A name that no tensor and no constant of the graph has yet: `base`, or `base` with a number. */
export function freshName(graph: Graph, base: string): string {
  const taken = (name: string) => graph.constants.has(name) || producer(graph, name) !== undefined;
  let name = base;
  for (let count = 2; taken(name); count++) name = `${base}_${count}`;
  return name;
}

/** The graph without the nodes and constants that nothing reads, its nodes in an order that runs. */
export function tidy(graph: Graph): Graph {
  const byOutput = new Map(graph.nodes.map((node) => [node.output, node]));
  const nodes: Node[] = [];
  const seen = new Set<string>();
  const visit = (tensor: string): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    const node = byOutput.get(tensor);
    if (node === undefined) return;
    node.inputs.forEach(visit);
    nodes.push(node);
  };
  visit(graph.output);
  const constants = new Map([...graph.constants].filter(([name]) => seen.has(name)));
  return { ...graph, nodes, constants };
}

/** What {@linkcode edit} changes: nodes by their output, and constants to add. */
export interface Edit {
  /** New nodes by the output of the node whose place they take; several in the order to run. */
  readonly replace: ReadonlyMap<string, readonly Node[]>;
  readonly constants?: ReadonlyMap<string, Constant>;
}

/** The graph with some nodes replaced, then {@linkcode tidy}. */
export function edit(graph: Graph, change: Edit): Graph {
  return tidy({
    ...graph,
    nodes: graph.nodes.flatMap((node) => change.replace.get(node.output) ?? [node]),
    constants: new Map([...graph.constants, ...(change.constants ?? [])]),
  });
}

/** The graph in which everything that read `from` reads `to`. */
export function redirect(graph: Graph, from: string, to: string): Graph {
  const swap = (name: string) => name === from ? to : name;
  return tidy({
    ...graph,
    output: swap(graph.output),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(swap) })),
  });
}
