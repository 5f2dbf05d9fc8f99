import type { Graph } from "../graph.ts";

/** A rewriting of a graph that changes nothing but its speed, up to rounding. */
export interface Pass {
  /** A few words, as they are printed. */
  readonly title: string;
  /** The new graph; the same object where there is nothing to do. */
  apply(graph: Graph): Graph;
}
