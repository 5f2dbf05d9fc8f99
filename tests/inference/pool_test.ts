import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { createHash } from "node:crypto";
import { readConfig } from "../../src/config.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { sample } from "../service.ts";
import { CRASHING_PIXEL, HANGING_PIXEL } from "./fault_pixels.ts";

const PlatformWorker = globalThis.Worker;

/** Loads a classifier whose Workers can be made to fail, and records the events of its pool. */
async function loadFaulty(settings: Record<string, string> = {}) {
  const workers: Worker[] = [];
  const replaced: string[] = [];
  const refused: string[] = [];
  const set: Record<string, string> = {
    INFERENCE_WORKERS: "2",
    WORKER_TIMEOUT_MS: "2000",
    ...settings,
  };
  const classifier = await loadClassifier(readConfig((name) => set[name]), {
    events: {
      workerReplaced: (cause, why) => replaced.push(`${cause}: ${why}`),
      inputRefused: (sha256) => refused.push(sha256),
    },
    createWorker() {
      const url = new URL("./faulty_worker.ts", import.meta.url);
      const worker = new PlatformWorker(url, { type: "module" });
      workers.push(worker);
      return worker;
    },
  });
  return { ...classifier, workers, replaced, refused };
}

/** Returns a black patch with the given first pixel. */
function patchWithFirstPixel(pixel: readonly number[]): RgbImage {
  const data = new Uint8Array(64 * 64 * 3);
  data.set(pixel);
  return { width: 64, height: 64, data };
}

/** Waits until the condition is true; fails after 20 s. */
async function waitUntil(what: string, isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue(); waited += 20) {
    if (waited > 20_000) throw new Error(`still not true after 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("a Worker that crashes is replaced, and its batch is scored by another one", async () => {
  const { score, engine, workers, replaced } = await loadFaulty();
  const patch = decodePng(await sample("metaphase"));
  try {
    const [expected] = await score([patch]);
    const scores = [];
    for (let i = 0; i < 60; i++) {
      if (i % 20 === 10) workers.at(-1)?.postMessage("crash");
      scores.push(score([patch]));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    deepEqual(new Set((await Promise.all(scores)).flat()), new Set([expected]));
    await waitUntil("both Workers are alive", () => engine.load().alive === 2);
    ok(replaced.length > 0);
    match(replaced[0] ?? "", /^died: it crashed: .*told to crash/);
  } finally {
    await engine.close();
  }
});

Deno.test("a Worker that does not answer is replaced after the timeout, and its batch is scored by another one", async () => {
  const { score, engine, workers, replaced } = await loadFaulty();
  const patch = decodePng(await sample("stroma"));
  try {
    const [expected] = await score([patch]);
    workers[0]?.terminate();
    const scores = await Promise.all(Array.from({ length: 8 }, () => score([patch])));
    deepEqual(new Set(scores.flat()), new Set([expected]));
    match(replaced.join(), /did not answer within 2000 ms/);
  } finally {
    await engine.close();
  }
});

for (const [what, pixel] of [["crashes", CRASHING_PIXEL], ["hangs", HANGING_PIXEL]] as const) {
  Deno.test(`an input that ${what} two Workers is refused, and other inputs are scored`, async () => {
    const { score, engine, replaced, refused } = await loadFaulty();
    const good = decodePng(await sample("metaphase"));
    const bad = patchWithFirstPixel(pixel);
    const sha256 = createHash("sha256").update(bad.data).digest("hex");
    try {
      const refusal = rejects(score([bad]), { code: "input_rejected", status: 422 });
      const [others] = await Promise.all([score([good]), refusal]);
      equal(others.length, 1);
      equal(replaced.length, 2);
      deepEqual(refused, [sha256]);
      await waitUntil("both Workers are alive", () => engine.load().alive === 2);
      equal((await score([good])).length, 1);
    } finally {
      await engine.close();
    }
  });
}

Deno.test("patches that wait are run together, with the probabilities that they have alone", async () => {
  const { score, engine, workers } = await loadFaulty({ INFERENCE_WORKERS: "1" });
  const patches = await Promise.all(
    ["metaphase", "anaphase", "stroma", "metaphase"].map(async (name) =>
      decodePng(await sample(name))
    ),
  );
  try {
    const alone: number[] = [];
    for (const patch of patches) alone.push((await score([patch]))[0] ?? NaN);
    let messages = 0;
    workers[0]?.addEventListener("message", () => messages++);
    const together = (await Promise.all(patches.map((patch) => score([patch])))).flat();
    together.forEach((probability, i) => ok(Math.abs(probability - (alone[i] ?? NaN)) < 1e-6));
    equal(messages, 2, "the first patch is run at once, the three that wait are one run");
  } finally {
    await engine.close();
  }
});

Deno.test("an input that crashes Workers is found among those that are run together with it", async () => {
  const { score, engine, refused } = await loadFaulty({ INFERENCE_WORKERS: "1" });
  const good = decodePng(await sample("metaphase"));
  const bad = patchWithFirstPixel(CRASHING_PIXEL);
  try {
    const [expected] = await score([good]);
    const refusal = rejects(score([bad]), { code: "input_rejected" });
    const others = await Promise.all([score([good]), score([good]), score([good]), refusal]);
    deepEqual(others.slice(0, 3).flat(), [expected, expected, expected]);
    equal(refused.length, 1);
    deepEqual(await score([good]), [expected]);
  } finally {
    await engine.close();
  }
});

Deno.test("a Worker whose memory exceeds the limit is replaced after its run", async () => {
  const { score, engine, replaced } = await loadFaulty({ WORKER_MEMORY_BYTES: "1048576" });
  try {
    equal((await score([decodePng(await sample("metaphase"))])).length, 1);
    await waitUntil("the Worker was replaced", () => replaced.length > 0);
    match(replaced[0] ?? "", /^memory: its ONNX runtime has allocated \d{7,} bytes/);
  } finally {
    await engine.close();
  }
});

Deno.test("Workers that crash as soon as they have started are started less and less often", async () => {
  const { engine, workers, score } = await loadFaulty();
  try {
    let isCrashing = true;
    const crasher = setInterval(() => {
      if (isCrashing) { for (const worker of workers.splice(0)) worker.postMessage("crash"); }
    }, 20);
    let started = workers.length;
    const count = setInterval(() => started += workers.length, 19);
    await waitUntil("no Worker is alive", () => engine.load().alive === 0);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    ok(started < 40, `${started} starts in six seconds`);
    isCrashing = false;
    await waitUntil("both Workers are alive again", () => engine.load().alive === 2);
    equal((await score([decodePng(await sample("metaphase"))])).length, 1);
    clearInterval(crasher);
    clearInterval(count);
  } finally {
    await engine.close();
  }
});
