import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { AnsweredRequest } from "./request_record.ts";
import type { ReplaceCause } from "../inference/pool.ts";
import { buckets, type Live, liveMetrics } from "./metric_table.ts";

/** What the service counts and times, as Prometheus reads it. */
export interface Metrics {
  /** A request was answered. */
  answered(request: AnsweredRequest): void;
  workerReplaced(cause: ReplaceCause): void;
  inputRefused(): void;
  /** All metrics as text, in Prometheus' format or in OpenMetrics', and its media type. */
  expose(openMetrics: boolean): Promise<[text: string, mediaType: string]>;
}

/** Labels must not grow without bound, and anyone can invent a method. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Creates the metrics of one service.
 *
 * @param live Asked for what is true at the moment, whenever the metrics are read.
 */
export function createMetrics(live: Live): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "mitosis_http_requests_total",
    help: "Requests answered, by template of their route, method and status",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "mitosis_http_request_duration_seconds",
    help: "Time from a request's headers to its answer",
    labelNames: ["route"],
    buckets: buckets.seconds,
    registers,
  });
  const refused = new Counter({
    name: "mitosis_http_requests_refused_total",
    help: "Requests not answered as asked, by the code of the problem",
    labelNames: ["code"],
    registers,
  });
  const images = new Counter({
    name: "mitosis_images_total",
    help: "Images that were scored",
    registers,
  });
  const stages = {
    decode: histogram("mitosis_decode_seconds", "Time to decode the images of one batch"),
    queue: histogram("mitosis_queue_wait_seconds", "Time that a batch waited for a Worker"),
    inference: histogram("mitosis_inference_seconds", "Time that a Worker took for a batch"),
  };
  const batches = new Histogram({
    name: "mitosis_batch_images",
    help: "Images in a batch given to a Worker",
    buckets: buckets.images,
    registers,
  });
  const probabilities = new Histogram({
    name: "mitosis_probability",
    help: "Probabilities that were answered; their distribution shifts when images or stain do",
    buckets: buckets.probability,
    registers,
  });
  const replaced = new Counter({
    name: "mitosis_workers_replaced_total",
    help: "Workers replaced, by cause: died (crashed or hung) or memory",
    labelNames: ["cause"],
    registers,
  });
  const rejected = new Counter({
    name: "mitosis_inputs_rejected_total",
    help: "Inputs refused because two Workers died of them",
    registers,
  });
  for (const cause of ["died", "memory"] as const) replaced.inc({ cause }, 0);
  const measured = liveMetrics.map(({ name, help, labels, read }) => ({
    read,
    gauge: new Gauge({ name, help, labelNames: labels ?? [], registers }),
  }));

  function histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: buckets.seconds, registers });
  }

  return {
    answered(request) {
      const { route, status, code } = request;
      const method = METHODS.has(request.method) ? request.method : "other";
      requests.inc({ route, method, status });
      duration.observe({ route }, request.milliseconds / 1000);
      if (code !== undefined) refused.inc({ code });
      for (const { stage, start, end, count } of request.stages) {
        stages[stage].observe((end - start) / 1000);
        if (stage === "inference") batches.observe(count);
      }
      images.inc(request.probabilities.length);
      for (const probability of request.probabilities) probabilities.observe(probability);
    },
    workerReplaced: (cause) => replaced.inc({ cause }),
    inputRefused: () => rejected.inc(),
    async expose(openMetrics) {
      for (const { gauge, read } of measured) {
        gauge.reset();
        for (const { value, labels } of read(live)) gauge.set(labels ?? {}, value);
      }
      if (!openMetrics) return [await registry.metrics(), Registry.PROMETHEUS_CONTENT_TYPE];
      const open = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
      open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      for (const metric of registry.getMetricsAsArray()) open.registerMetric(metric as never);
      return [await open.metrics(), Registry.OPENMETRICS_CONTENT_TYPE];
    },
  };
}
