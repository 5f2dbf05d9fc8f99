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

Deno.test("INFERENCE_WORKERS=256 starts no more than four for each core", async () => {
  const cores = navigator.hardwareConcurrency;
  // On a machine of many cores, the most that are allowed would take gigabytes.
  const wanted = cores > 4 ? 1 : 256;
  await using program = await startProgram([], {
    INFERENCE_WORKERS: String(wanted),
    LOG_FORMAT: "none",
  });
  const metrics = await (await fetch(`${program.url}metrics`)).text();
  const alive = /^mitosis_workers_alive (\d+)$/m.exec(metrics)?.[1];
  equal(Number(alive), Math.min(wanted, 4 * cores));
});
