import type { Graph } from "../graph.ts";

/** A graph optimization pass: makes a graph faster without changing its output, up to rounding. */
export interface Pass {
  /** A short name for tables and messages. */
  readonly title: string;
  /** Returns the optimized graph, or the same object if there is nothing to optimize. */
  apply(graph: Graph): Graph;
}
