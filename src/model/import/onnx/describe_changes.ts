import type { Graph } from "./graph.ts";
import { multiplyAdds } from "./shapes.ts";

/**
 * Describes what a pass changed: the numbers of operators, and the multiply-adds of one patch.
 *
 * @returns For example `-1 Relu, +1 Max` or `-2.85 million multiply-adds`.
 */
export function describeChanges(before: Graph, after: Graph): string {
  const counts = new Map<string, number>();
  for (const { op } of before.nodes) counts.set(op, (counts.get(op) ?? 0) - 1);
  for (const { op } of after.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  const changes = [...counts].filter(([, count]) => count !== 0)
    .sort(([, a], [, b]) => a - b)
    .map(([op, count]) => `${count > 0 ? "+" : ""}${count} ${op}`);
  const millions = (multiplyAdds(after) - multiplyAdds(before)) / 1e6;
  if (Math.abs(millions) >= 0.005) {
    changes.push(`${millions > 0 ? "+" : ""}${millions.toFixed(2)} million multiply-adds`);
  }
  return changes.join(", ") || "only weights";
}
