import { equal, ok } from "node:assert/strict";
import { parse } from "npm:yaml@2.9.1";
import { encode } from "fast-png";
import { freePort, programAt } from "../program.ts";
import { formWith, post, sample } from "../service.ts";

interface Probe {
  readonly httpGet: { readonly path: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
  readonly timeoutSeconds?: number;
}

const file = new URL("../../deploy/kubernetes/base/deployment.yaml", import.meta.url);
const pod = parse(await Deno.readTextFile(file)).spec.template.spec;
const [container] = pod.containers;
const env: Record<string, string> = Object.fromEntries(
  container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
);
const startup: Probe = container.startupProbe;
const readiness: Probe = container.readinessProbe;
const liveness: Probe = container.livenessProbe;

/** How long a probe fails before Kubernetes acts, in milliseconds. */
const patience = (probe: Probe) => probe.periodSeconds * probe.failureThreshold * 1000;

Deno.test("what the Deployment sets fits together", () => {
  equal(env["INFERENCE_WORKERS"], container.resources.requests.cpu);
  // A balancer notices while requests are still taken, and the process ends before it is killed.
  ok(Number(env["SHUTDOWN_GRACE_MS"]) >= 2 * patience(readiness));
  ok(Number(env["SHUTDOWN_TIMEOUT_MS"]) > Number(env["SHUTDOWN_GRACE_MS"]));
  ok(Number(env["SHUTDOWN_TIMEOUT_MS"]) < pod.terminationGracePeriodSeconds * 1000);
});

Deno.test({
  name: "the Deployment's probes see a real process start, drain and end, and lose nothing",
  ignore: Deno.build.os === "windows",
  fn: seeLife,
});

async function seeLife(): Promise<void> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const ask = async ({ httpGet, timeoutSeconds = 1 }: Probe) => {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const answer = await fetch(`${url}${httpGet.path}`, { signal }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status;
  };

  await using program = programAt(port, env);
  const started = performance.now();
  const before = new Set<number | undefined>();
  for (let status = await ask(startup); status !== 200; status = await ask(startup)) {
    // Live before it is ready, so that a slow start is not taken for a dead process.
    if (status === 503) equal(await ask(liveness), 200);
    before.add(status);
    ok(performance.now() - started < patience(startup), "the startup probe gave up");
    await sleep(20);
  }
  ok([...before].every((status) => status === undefined || status === 503), `${[...before]}`);
  equal(await ask(readiness), 200);

  const patch = await sample("metaphase");
  const statuses: number[] = [];
  const send = async (count: number) => {
    const patches = Array.from({ length: count }, () => patch);
    const answer = await fetch(`${url}/model/predict`, post(formWith(...patches)));
    equal((await answer.json()).predictions?.length, count);
    statuses.push(answer.status);
  };
  await send(1);
  const signalled = performance.now();
  program.kill("SIGTERM");
  while (await ask(readiness) === 200) {
    ok(performance.now() - signalled < patience(readiness), "readiness did not turn in time");
    await sleep(20);
  }
  equal(await ask(readiness), 503);
  // Requests that still arrive until the balancers have followed, the last of them a long one.
  while (performance.now() - signalled < 0.9 * Number(env["SHUTDOWN_GRACE_MS"])) {
    await send(1);
    equal(await ask(liveness), 200);
    await sleep(100);
  }
  await send(256);
  ok(statuses.every((status) => status === 200));
  equal((await program.status).code, 0);
  ok(performance.now() - signalled < pod.terminationGracePeriodSeconds * 1000);
}

Deno.test({
  name: "the Deployment's memory limit holds the largest field that it lets in",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const port = freePort();
    await using program = programAt(port, { ...env, SHUTDOWN_GRACE_MS: "0" });
    const side = Math.sqrt(Number(env["MAX_MEGAPIXELS"])) * 1000;
    const data = new Uint16Array(side * side * 4).fill(0xf0f0);
    const png = new Uint8Array(encode({ width: side, height: side, depth: 16, channels: 4, data }));
    const url = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${url}/v2/health/ready`).catch(() => undefined))?.ok) await sleep(50);
    const answer = await fetch(`${url}/model/detect`, post(formWith(png)));
    equal(answer.status, 200, await answer.text());
    const status = await Deno.readTextFile(`/proc/${program.pid}/status`);
    const peak = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) / 1024 ** 2;
    const limit = Number(/^(\d+)Gi$/.exec(container.resources.limits.memory)?.[1]);
    console.log(`peak ${peak.toFixed(2)} GiB of ${limit}`);
    ok(peak < 0.9 * limit);
  },
});

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
