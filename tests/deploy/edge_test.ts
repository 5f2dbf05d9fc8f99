import { equal, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../model/manifest.json" with { type: "json" };
import { freePort, startDeno } from "../program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sample = await Deno.readFile(`${root}model/samples/metaphase.png`);

function predict(url: string, body: BodyInit = sample): Promise<Response> {
  const headers = body === sample ? { "content-type": "image/png" } : undefined;
  return fetch(`${url}model/predict`, { method: "POST", body, ...(headers && { headers }) });
}

/** So many patches that a signal finds them under way. */
function manyPatches(): FormData {
  const form = new FormData();
  for (let n = 0; n < 256; n++) form.append("image", new File([sample], `${n}.png`));
  return form;
}

async function metrics(url: string): Promise<string> {
  return await (await fetch(`${url}metrics`)).text();
}

Deno.test({
  name:
    "on Deno Deploy it needs no Worker, stays far below 512 MB, and answers what is under way at SIGINT",
  ignore: Deno.build.os === "windows",
  async fn() {
    const args = ["run", "-q", "-P=serve", "deploy/edge/deno_deploy.ts"];
    await using service = await startDeno(args, root, { PORT: "0", LOG_FORMAT: "none" });
    const field = await Deno.readFile(`${root}model/samples/field.png`);
    const found = await fetch(`${service.url}model/detect`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: field,
    });
    equal(found.status, 200);
    await found.body?.cancel();
    if (Deno.build.os === "linux") {
      const status = await Deno.readTextFile(`/proc/${service.process.pid}/status`);
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
      ok(peak < 384, `${peak} MiB`);
    }
    const underWay = predict(service.url, manyPatches());
    while (!/^mitosis_images_in_service [1-9]/m.test(await metrics(service.url))) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    service.process.kill("SIGINT");
    equal((await underWay).status, 200);
    equal((await service.process.status).code, 0);
  },
});

Deno.test("deno serve --parallel answers from every isolate", async () => {
  const port = freePort();
  await using _process = startServe(port);
  const url = `http://127.0.0.1:${port}/`;
  await waitFor(url);
  const answers = await Promise.all(Array.from({ length: 40 }, () => predict(url)));
  for (const answer of answers) {
    equal(answer.status, 200);
    const [{ probability }] = (await answer.json()).predictions;
    ok(Math.abs(probability - manifest.selfTest.probability) <= manifest.selfTest.tolerance);
  }
});

Deno.test("the module for Cloudflare Workers is below 10 MB after gzip, and compiles nothing", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "deploy/edge/cloudflare/build.ts"],
    cwd: root,
  }).output();
  ok(success, new TextDecoder().decode(stderr));
  match(new TextDecoder().decode(stdout), /\d\.\d MB after gzip/);
  const worker = await Deno.readTextFile(`${root}dist/cloudflare/worker.js`);
  for (const name of ["ort", "png", "jpeg"]) match(worker, new RegExp(`from "\\./${name}\\.wasm"`));
  ok(!worker.includes("ort-wasm-simd-threaded.jsep"));
});

/** `deno serve --parallel` with two isolates. */
function startServe(port: number): Deno.ChildProcess & AsyncDisposable {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["serve", "-q", "--parallel", `--port=${port}`, "-P=serve", "deploy/edge/handler.ts"],
    cwd: root,
    env: { DENO_JOBS: "2", INFERENCE_WORKERS: "0", LOG_FORMAT: "none" },
    stdout: "null",
  }).spawn();
  return Object.assign(process, {
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
    },
  });
}

async function waitFor(url: string): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch(`${url}v2/health/live`);
      await answer.body?.cancel();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
