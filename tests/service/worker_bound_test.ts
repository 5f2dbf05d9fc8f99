import { deepEqual, equal, match } from "node:assert/strict";
import { boundWorkers } from "../../src/service/worker_bound.ts";
import { startProgram } from "../program.ts";

Deno.test("four inference workers for each core are started at most, and more than cores are warned of", () => {
  deepEqual(boundWorkers(2, 2), { inferenceWorkers: 2 });
  deepEqual(boundWorkers(0, 2), { inferenceWorkers: 0 });
  const some = boundWorkers(5, 2);
  equal(some.inferenceWorkers, 5);
  match(some.warning ?? "", /INFERENCE_WORKERS is 5, and this machine has 2 cores/);
  const many = boundWorkers(64, 2);
  equal(many.inferenceWorkers, 8);
  match(many.warning ?? "", /is 64.*2 cores: 8 are started, 4 for each core/);
});

Deno.test({
  name: "INFERENCE_WORKERS=256 starts no more than four for each core",
  // Hundreds of Workers would take gigabytes.
  ignore: navigator.hardwareConcurrency > 4,
  async fn() {
    await using program = await startProgram([], { INFERENCE_WORKERS: "256", LOG_FORMAT: "none" });
    const metrics = await (await fetch(`${program.url}metrics`)).text();
    const alive = /^mitosis_workers_alive (\d+)$/m.exec(metrics)?.[1];
    equal(Number(alive), 4 * navigator.hardwareConcurrency);
  },
});
