import { equal, match } from "node:assert/strict";
import { Admission } from "../../src/inference/admission.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import type { AnsweredRequest } from "../../src/observability/request_record.ts";

const noLoad = { alive: 0, waiting: 0, running: 0, msPerPatch: 0 };

function newMetrics() {
  return createMetrics({
    admission: new Admission(512, () => noLoad),
    queueSize: 512,
    requestsInProgress: () => 0,
    state: () => "stopping",
    classifier: () => undefined,
    residentBytes: () => 1000,
    slides: () => ({ running: 1, queued: 2, bytes: 3 }),
    startedAt: 5,
  });
}

const request: AnsweredRequest = {
  id: "a",
  method: "BREW",
  start: 0,
  images: 2,
  probabilities: [0.02, 0.97],
  code: undefined,
  stages: [
    { stage: "queue", start: 0, end: 3, count: 2 },
    { stage: "inference", start: 3, end: 23, count: 2 },
  ],
  route: "/model/predict",
  status: 200,
  milliseconds: 40,
  stageMilliseconds: undefined,
};

Deno.test("an answered request is counted, timed and observed in the histograms", async () => {
  const metrics = newMetrics();
  metrics.record("requestAnswered", request);
  metrics.record("requestAnswered", { ...request, probabilities: [], code: "overloaded" });
  const [text] = await metrics.expose(false);
  for (
    const line of [
      'mitosis_http_requests_total{route="/model/predict",method="other",status="200"} 2',
      'mitosis_http_request_duration_seconds_bucket{le="0.025",route="/model/predict"} 0',
      'mitosis_http_request_duration_seconds_bucket{le="0.05",route="/model/predict"} 2',
      'mitosis_http_requests_refused_total{code="overloaded"} 1',
      "mitosis_images_total 2",
      'mitosis_queue_wait_seconds_bucket{le="0.005"} 2',
      'mitosis_inference_seconds_bucket{le="0.01"} 0',
      'mitosis_inference_seconds_bucket{le="0.025"} 2',
      "mitosis_decode_seconds_count 0",
      "mitosis_batch_images_sum 4",
      'mitosis_probability_bucket{le="0.05"} 1',
      "mitosis_probability_count 2",
    ]
  ) {
    equal(text.split("\n").includes(line), true, `missing: ${line}\n${text}`);
  }
});

Deno.test("replaced Workers and refused inputs are counted, and are exported as 0 before the first", async () => {
  const metrics = newMetrics();
  const [before] = await metrics.expose(false);
  match(before, /^mitosis_workers_replaced_total\{cause="died"\} 0$/m);
  match(before, /^mitosis_inputs_rejected_total 0$/m);
  metrics.record("workerReplaced", "died");
  metrics.record("inputRefused", undefined);
  const [after] = await metrics.expose(false);
  match(after, /^mitosis_workers_replaced_total\{cause="died"\} 1$/m);
  match(after, /^mitosis_workers_replaced_total\{cause="memory"\} 0$/m);
  match(after, /^mitosis_inputs_rejected_total 1$/m);
});

Deno.test("gauges show the current state of the service", async () => {
  const [text] = await newMetrics().expose(false);
  match(text, /^mitosis_state\{state="stopping"\} 1$/m);
  match(text, /^mitosis_state\{state="ready"\} 0$/m);
  match(text, /^mitosis_images_in_service_limit 512$/m);
  match(text, /^process_resident_memory_bytes 1000$/m);
});
