/** One metric, as the reference lists it. */
export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Names of its labels; a metric without a sample shows none. */
  readonly labels: readonly string[];
}

/**
 * Reads the metrics out of Prometheus' text format.
 *
 * @example
 * ```ts
 * import { readMetrics } from "./metrics.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const text = '# HELP a_total Counts a\n# TYPE a_total counter\na_total{code="x"} 1\n';
 * deepEqual(readMetrics(text), [{ name: "a_total", type: "counter", help: "Counts a", labels: ["code"] }]);
 * ```
 */
export function readMetrics(text: string): MetricRow[] {
  return [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)\n((?:[^#\n].*\n)*)/gm)].map(
    ([, name = "", help = "", type = "", samples = ""]) => {
      const [, labels = ""] = /^[\w:]+\{(.*)\}/m.exec(samples) ?? [];
      const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
      return { name, type, help, labels: names.filter((label) => label !== "le") };
    },
  );
}
