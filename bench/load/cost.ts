import { Buffer } from "node:buffer";
import { readConfig } from "../../src/config.ts";
import { readFormImages } from "../../src/http/multipart_form.ts";
import { readPngChunks } from "../../src/image/png/chunks.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { decodePatch } from "../../src/patch/decode_patch.ts";
import { iend, ihdr, pngOf } from "../../tests/png_writer.ts";
import { startProgram } from "../../tests/program.ts";
import { formWith } from "../../tests/service.ts";
import { median } from "../statistics.ts";
import { openRawClient } from "./raw_client.ts";

/** Maximum cost of HTTP, form and decoding, as a fraction of one inference. */
const MAX_COST = 0.35;
/** Number of calls over which a duration is averaged. */
const CALLS = 2000;
/** Before the warm-up, a request costs twice as much. */
const WARM_UP_SECONDS = 8;

/** Patterns of requests. `pauseMs` is the pause between two requests of a connection. */
const PATTERNS = [
  { name: "one connection", connections: 1, pauseMs: 0, isChecked: true },
  { name: "at saturation (8 connections)", connections: 8, pauseMs: 0, isChecked: true },
  { name: "one every 20 ms", connections: 1, pauseMs: 20, isChecked: false },
] as const;

/**
 * Measures the processor time of a request of one patch in the serving thread, and compares it with
 * that of one inference. Linux only. Two kinds of requests are measured:
 *
 * - A valid patch. This includes HTTP, form, decoding, queue, messages to the Worker, metrics and
 *   log. It is also compared with the processor time of the Worker during the same seconds.
 * - A PNG file with a wrong checksum, which is refused after HTTP, form and decoding.
 *
 * @param modelDir The bundle to use; the embedded model if it is empty.
 */
export async function measureRequestCost(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  await using program = await startProgram([], { INFERENCE_WORKERS: "1", MODEL_DIR: modelDir });
  const port = Number(new URL(program.url).port);
  const valid = await formOf(patch);
  const refused = await formOf(withWrongChecksum(patch));

  async function send(
    connections: number,
    pauseMs: number,
    seconds: number,
    { body, contentType }: Form,
    expected: number,
  ): Promise<number[]> {
    const times: number[] = [];
    const until = performance.now() + seconds * 1000;
    await Promise.all(Array.from({ length: connections }, async () => {
      using client = await openRawClient(port, "/model/predict", contentType, body);
      while (performance.now() < until) {
        const start = performance.now();
        const status = await client.send();
        if (status !== expected) throw new Error(`a request had the status ${status}`);
        times.push(performance.now() - start);
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }));
    return times;
  }

  await send(8, 0, WARM_UP_SECONDS, valid, 200);
  await send(8, 0, WARM_UP_SECONDS / 2, refused, 400);
  const inference = await measureInference(patch, modelDir);
  console.log(
    `one inference ${inference.toFixed(2)} ms (${modelDir || "embedded model"}); ` +
      `form ${await averageMs(() =>
        readFormImages(valid.body, valid.contentType, 1)
      )} ms, decoding ${await averageMs(
        () => decodePatch(patch, { width: 64, height: 64 }),
      )} ms`,
  );
  let holds = true;
  for (const { name, connections, pauseMs, isChecked } of PATTERNS) {
    const before = threadTimes(program.process.pid);
    const times = await send(connections, pauseMs, seconds, valid, 200);
    const between = threadTimes(program.process.pid);
    const server = (between.server - before.server) / times.length;
    const worker = (between.worker - before.worker) / times.length;
    const refusals = await send(connections, pauseMs, seconds, refused, 400);
    const after = threadTimes(program.process.pid);
    const unscored = (after.server - between.server) / refusals.length;
    if (isChecked) holds &&= unscored / inference <= MAX_COST;
    console.log(
      `${name}: ${(times.length / seconds).toFixed(0)} requests/s, latency ` +
        `${median(times).toFixed(2)} ms; HTTP, form and decoding ${unscored.toFixed(3)} ms: ` +
        `${
          (unscored / inference).toFixed(2)
        } of an inference (the goal is at most ${MAX_COST}); with ` +
        `queue, message, metrics and log ${server.toFixed(3)} ms: ` +
        `${(server / inference).toFixed(2)} of an inference, ` +
        `${(server / worker).toFixed(2)} of the Worker's ${worker.toFixed(3)} ms`,
    );
  }
  return holds;
}

/** An encoded form. */
interface Form {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

async function formOf(patch: Uint8Array<ArrayBuffer>): Promise<Form> {
  const response = new Response(formWith(patch));
  return {
    body: new Uint8Array(await response.arrayBuffer()),
    contentType: response.headers.get("content-type") ?? "",
  };
}

/** Returns the PNG file with a wrong checksum at the end of its zlib stream. */
function withWrongChecksum(png: Uint8Array): Uint8Array<ArrayBuffer> {
  const { header: { width, height, bitDepth, colorType }, compressed } = readPngChunks(png);
  const stream = Buffer.from(compressed);
  stream.writeUInt8(stream.readUInt8(stream.length - 1) ^ 1, stream.length - 1);
  return pngOf(ihdr(width, height, bitDepth, colorType), ["IDAT", stream], iend);
}

/** Returns the median time of one inference in this thread, batch 1, in milliseconds. */
async function measureInference(patch: Uint8Array, modelDir: string): Promise<number> {
  const set: Record<string, string> = { INFERENCE_WORKERS: "0", MODEL_DIR: modelDir };
  const { score, engine } = await loadClassifier(readConfig((name) => set[name]));
  const image = [decodePng(patch)];
  const times: number[] = [];
  for (let i = 0; i < 1500; i++) {
    const start = performance.now();
    await score(image);
    if (i >= 300) times.push(performance.now() - start);
  }
  await engine.close();
  return median(times);
}

/** Returns the average time of one call, in milliseconds. */
async function averageMs(run: () => unknown): Promise<string> {
  for (let i = 0; i < CALLS; i++) await run();
  const start = performance.now();
  for (let i = 0; i < CALLS; i++) await run();
  return ((performance.now() - start) / CALLS).toFixed(3);
}

/**
 * Returns the processor time of a process's serving thread and of its Worker so far, in
 * milliseconds.
 */
function threadTimes(pid: number): { readonly server: number; readonly worker: number } {
  let worker = 0;
  for (const { name: id } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const name = Deno.readTextFileSync(`/proc/${pid}/task/${id}/comm`);
    if (name.startsWith("worker-")) worker += threadTime(pid, id);
  }
  return { server: threadTime(pid, String(pid)), worker };
}

/**
 * Reads a thread's processor time: the first number of `schedstat`, in nanoseconds. Returns
 * milliseconds.
 */
function threadTime(pid: number, thread: string): number {
  const [nanoseconds] = Deno.readTextFileSync(`/proc/${pid}/task/${thread}/schedstat`).split(" ");
  return Number(nanoseconds) / 1e6;
}
