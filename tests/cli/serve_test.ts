import { equal, match, ok } from "node:assert/strict";
import { startProgram } from "../program.ts";
import { formWith, post, sample } from "../service.ts";

/** A health check is to answer within this while patches are scored. */
const PROMPT_MS = 50;

Deno.test("start says where it listens, what it serves, and that it is for research only", async () => {
  await using program = await startProgram();
  match(program.banner, /listening +http:\/\/localhost:\d+\//);
  match(program.banner, /model +\S.* \d+\.\d+\.\d+, SHA-256 [0-9a-f]{12}$/m);
  match(program.banner, /loaded in +\d+\.\d\d s/);
  match(program.banner, /For research only/);
});

Deno.test("health answers promptly while a batch of 64 patches is scored", async () => {
  await using program = await startProgram();
  const patch = await sample("metaphase");
  const worst: number[] = [];
  for (let round = 0; round < 4; round++) {
    let scored = false;
    const batch = fetch(
      `${program.url}model/predict`,
      post(formWith(...Array.from({ length: 64 }, () => patch))),
    ).then(async (response) => {
      const { predictions } = await response.json();
      scored = true;
      equal(predictions.length, 64);
    });
    const waits: number[] = [];
    while (!scored) {
      const start = performance.now();
      await (await fetch(`${program.url}v2/health/live`)).arrayBuffer();
      waits.push(performance.now() - start);
    }
    await batch;
    worst.push(Math.max(...waits));
  }
  const shown = worst.map((wait) => wait.toFixed(1)).join(", ");
  console.log(`slowest health check in each of 4 batches: ${shown} ms`);
  ok(Math.min(...worst) < PROMPT_MS, `not below ${PROMPT_MS} ms: ${shown}`);
});
