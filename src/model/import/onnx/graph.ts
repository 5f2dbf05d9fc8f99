/**
 * A constant of a graph. Floating-point numbers are kept in double precision, and are rounded to float32
 * when the graph is written.
 */
export interface Constant {
  readonly dims: readonly number[];
  /** Values in row-major order. ONNX requires int64 for shapes and indices. */
  readonly data: Float64Array | BigInt64Array;
}

/** An attribute of a node: a number is ONNX's `INT`, a list is `INTS`, `{ float }` is `FLOAT`. */
export type Attribute = number | readonly number[] | { readonly float: number };

/** An operator with a single output. */
export interface Node {
  /** Operator of ONNX's default domain, such as `Conv`. */
  readonly op: string;
  /** Names of the tensors and constants that it reads, in the operator's order. */
  readonly inputs: readonly string[];
  /** Name of the tensor that it computes. It is unique in the graph and serves as the node's name. */
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/**
 * An ONNX graph with one input and one output. The nodes are sorted topologically: each reads only
 * outputs of nodes before it.
 */
export interface Graph {
  /**
   * The input. `dims` is the shape without the batch dimension. The network's input is
   * `value * scale + offset` per channel.
   */
  readonly input: {
    readonly name: string;
    readonly layout: "NHWC" | "NCHW";
    readonly dims: readonly [number, number, number];
    readonly scale: readonly number[];
    readonly offset: readonly number[];
  };
  /** Name of the output tensor: `[N, 1]`, probabilities. */
  readonly output: string;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Constant>;
}

/** Creates a floating-point constant. */
export function floats(dims: readonly number[], data: ArrayLike<number>): Constant {
  return { dims, data: Float64Array.from(data) };
}

/** Creates an int64 vector, as ONNX requires for shapes and indices. */
export function integers(values: readonly number[]): Constant {
  return { dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/**
 * Returns the values of a floating-point constant.
 *
 * @throws {TypeError} when the graph has no such constant.
 */
export function floatsOf(graph: Graph, name: string | undefined): Float64Array {
  const data = name === undefined ? undefined : graph.constants.get(name)?.data;
  if (!(data instanceof Float64Array)) throw new TypeError(`'${name}' is not a float constant`);
  return data;
}

/** Returns the node that computes `tensor`; undefined for the graph's input and for constants. */
export function producer(graph: Graph, tensor: string | undefined): Node | undefined {
  return graph.nodes.find((node) => node.output === tensor);
}

/** Returns the nodes that read `tensor`. */
export function readers(graph: Graph, tensor: string): Node[] {
  return graph.nodes.filter((node) => node.inputs.includes(tensor));
}

/** Reports whether `node` is the only reader of `tensor`, and `tensor` is not the graph's output. */
export function isOnlyReader(graph: Graph, tensor: string, node: Node): boolean {
  const all = readers(graph, tensor);
  return graph.output !== tensor && all.length === 1 && all[0] === node;
}

/** Returns a name that is not used in the graph: `base`, or `base` with a number. */
export function freshName(graph: Graph, base: string): string {
  const taken = (name: string) => graph.constants.has(name) || producer(graph, name) !== undefined;
  let name = base;
  for (let count = 2; taken(name); count++) name = `${base}_${count}`;
  return name;
}

/** Removes nodes and constants that nothing reads, and sorts the nodes topologically. */
export function removeUnused(graph: Graph): Graph {
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

/** Changes to a graph. */
export interface Edit {
  /** Nodes that replace a node, by the output of the node that they replace. */
  readonly replace: ReadonlyMap<string, readonly Node[]>;
  /** Constants to add. */
  readonly constants?: ReadonlyMap<string, Constant>;
}

/** Applies changes to a graph. Then cleans it up with {@linkcode removeUnused}. */
export function edit(graph: Graph, change: Edit): Graph {
  return removeUnused({
    ...graph,
    nodes: graph.nodes.flatMap((node) => change.replace.get(node.output) ?? [node]),
    constants: new Map([...graph.constants, ...(change.constants ?? [])]),
  });
}

/** Makes all readers of the tensor `from` read `to` instead. Then cleans up with {@linkcode removeUnused}. */
export function redirect(graph: Graph, from: string, to: string): Graph {
  const swap = (name: string) => name === from ? to : name;
  return removeUnused({
    ...graph,
    output: swap(graph.output),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(swap) })),
  });
}
