import { Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  type MetricEvents,
  type MetricRow,
  type MetricSources,
  metricTable,
  type Sample,
} from "./metric_table.ts";

/** The metrics of one service, for Prometheus. */
export interface Metrics {
  /** Records an event in every counter and histogram that reads it. */
  record<Event extends keyof MetricEvents>(event: Event, details: MetricEvents[Event]): void;
  /**
   * Returns all metrics as text, and the media type of that text.
   *
   * @param openMetrics Whether the text is OpenMetrics; otherwise it is Prometheus' own format.
   */
  expose(openMetrics: boolean): Promise<[text: string, mediaType: string]>;
}

/** A metric of the table with the functions that keep it up to date. */
interface Instrument {
  readonly row: MetricRow;
  /** Adds samples of an event to a counter or histogram. Has no effect on a gauge. */
  readonly add: (samples: readonly Sample[]) => void;
  /** Reads the current value of a gauge. Has no effect on a counter or histogram. */
  readonly refresh: (sources: MetricSources) => void;
}

/** Creates all metrics of {@linkcode metricTable}. Gauges are read from `sources` by each `expose`. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const instruments = metricTable.map((row) => createInstrument(row, registry));
  return {
    record(event, details) {
      for (const { row, add } of instruments) {
        const read = row.type === "gauge" ? undefined : row.on[event];
        if (read !== undefined) add(read(details));
      }
    },
    async expose(openMetrics) {
      for (const { refresh } of instruments) refresh(sources);
      if (!openMetrics) return [await registry.metrics(), Registry.PROMETHEUS_CONTENT_TYPE];
      const open = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
      open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      for (const metric of registry.getMetricsAsArray()) open.registerMetric(metric as never);
      return [await open.metrics(), Registry.OPENMETRICS_CONTENT_TYPE];
    },
  };
}

function createInstrument(row: MetricRow, registry: Registry): Instrument {
  const { name, help, labels = [] } = row;
  const options = { name, help, labelNames: labels, registers: [registry] };
  switch (row.type) {
    case "counter": {
      const counter = new Counter(options);
      const add = (samples: readonly Sample[]) => {
        for (const sample of samples) counter.inc(sample.labels ?? {}, sample.value);
      };
      add((row.startAtZero ?? []).map((labels) => ({ value: 0, labels })));
      return { row, add, refresh() {} };
    }
    case "histogram": {
      const histogram = new Histogram({ ...options, buckets: [...row.buckets] });
      const add = (samples: readonly Sample[]) => {
        for (const sample of samples) histogram.observe(sample.labels ?? {}, sample.value);
      };
      return { row, add, refresh() {} };
    }
    case "gauge": {
      const gauge = new Gauge(options);
      const refresh = (sources: MetricSources) => {
        gauge.reset();
        for (const sample of row.read(sources)) gauge.set(sample.labels ?? {}, sample.value);
      };
      return { row, add() {}, refresh };
    }
  }
}
