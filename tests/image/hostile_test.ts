import { equal, ok } from "node:assert/strict";
import { Problem, problems } from "../../src/errors.ts";
import { decodeField } from "../../src/image/decode_field.ts";
import {
  HOSTILE_JPEGS,
  HOSTILE_PNGS,
  HOSTILE_TIFFS,
  type HostilePicture,
} from "./hostile_pictures.ts";
import { type RunningProgram, startProgram } from "../program.ts";
import { formWith, post, sample } from "../service.ts";

const MAX_SECONDS = 3;
const MAX_MEMORY = 400e6;

/** What MAX_MEGAPIXELS=25 allows. */
const MAX_PIXELS = 25e6;

const PICTURES = [...HOSTILE_PNGS, ...HOSTILE_JPEGS, ...HOSTILE_TIFFS];

for (const [name, make, expected] of PICTURES) {
  Deno.test(`${name}: answered in time and with little memory`, async () => {
    const file = make();
    const before = Deno.memoryUsage().rss;
    const started = performance.now();
    equal(await answerTo(file), expected);
    const seconds = (performance.now() - started) / 1000;
    const memory = Deno.memoryUsage().rss - before;
    if (Deno.env.get("PRINT_COSTS") === "1") {
      console.log(`${seconds.toFixed(2)} s, ${(memory / 1e6).toFixed(0)} MB`);
    }
    ok(seconds < MAX_SECONDS, `${seconds} s`);
    ok(memory < MAX_MEMORY, `${memory / 1e6} MB`);
  });
}

/** Decodes a picture: "read", or the code of its refusal. */
async function answerTo(file: Uint8Array): Promise<HostilePicture[2]> {
  try {
    await decodeField(file, MAX_PIXELS);
    return "read";
  } catch (thrown) {
    ok(thrown instanceof Problem, String(thrown));
    return thrown.code;
  }
}

Deno.test("the service answers hostile fields in time and with little memory, and patches meanwhile", async () => {
  await using program = await startProgram([], { MAX_MEGAPIXELS: "25" });
  const patch = await sample("metaphase");
  for (const route of ["predict", "detect"]) equal(await send(program, route, patch), 200);
  const memory = watchMemory(program);
  let slowestPatch = 0;
  let patches = 0;
  let isDone = false;
  const patchClient = (async () => {
    while (!isDone) {
      const started = performance.now();
      equal(await send(program, "predict", patch), 200);
      slowestPatch = Math.max(slowestPatch, performance.now() - started);
      patches++;
    }
  })();
  let slowest = { name: "", seconds: 0 };
  for (const [name, make, expected] of PICTURES) {
    const file = new Uint8Array(make());
    const started = performance.now();
    const status = await send(program, "detect", file);
    const seconds = (performance.now() - started) / 1000;
    if (seconds > slowest.seconds) slowest = { name, seconds };
    equal(status, expected === "read" ? 200 : problems[expected].status, name);
  }
  isDone = true;
  await patchClient;
  const growth = memory.stop();
  console.log(
    `${PICTURES.length} hostile fields: slowest ${
      slowest.seconds.toFixed(2)
    } s (${slowest.name}), ` +
      `at most ${(growth / 1e6).toFixed(0)} MB above rest; ${patches} patches meanwhile, slowest ` +
      `${slowestPatch.toFixed(0)} ms`,
  );
  ok(slowest.seconds < MAX_SECONDS, `${slowest.name}: ${slowest.seconds} s`);
  ok(growth < MAX_MEMORY, `${growth / 1e6} MB`);
  ok(patches > PICTURES.length && slowestPatch < 1000 * MAX_SECONDS);
});

/** Sends a file in a form; returns the status of the answer. */
async function send(
  { url }: RunningProgram,
  route: string,
  file: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const response = await fetch(`${url}model/${route}`, post(formWith(file)));
  await response.body?.cancel();
  return response.status;
}

/** Watches the resident memory of the service; `stop` returns its largest growth in bytes (Linux only). */
function watchMemory({ process: { pid } }: RunningProgram): { stop(): number } {
  if (Deno.build.os !== "linux") return { stop: () => 0 };
  const resident = () => {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return 1024 * Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]);
  };
  const rest = resident();
  let max = rest;
  const timer = setInterval(() => max = Math.max(max, resident()), 10);
  return {
    stop() {
      clearInterval(timer);
      return max - rest;
    },
  };
}
