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
import { median } from "../median.ts";
import { rawClient } from "./raw_client.ts";

const MOST = 0.35;
const ROUNDS = 2000;
/** Until the compiler has seen it all, a request costs twice as much. */
const WARM_UP_SECONDS = 8;

/** How requests come: over how many connections, and how long each rests between two, in milliseconds. */
const WAYS = [
  { name: "one after the other", connections: 1, rest: 0, judged: true },
  { name: "at saturation (8 at a time)", connections: 8, rest: 0, judged: true },
  { name: "one every 20 ms", connections: 1, rest: 20, judged: false },
] as const;

/**
 * What a request of one patch costs beside its inference: the processor time that the service's
 * serving thread takes for it, that is HTTP, form, decoding, queue, message to the Worker, metrics, log
 * and answer, all of it; and of a patch whose pixels have a wrong checksum, which goes through HTTP,
 * form and decoding and is refused then. Both are compared with the processor time of one inference,
 * alone in a thread of its own, warm, and the first with what the Worker took in the same seconds,
 * message and normalization included: a thread that was woken finds its caches cold, the Worker's like
 * the server's. Linux only.
 *
 * @param modelDir The bundle whose inference it is compared with.
 */
export async function costBesideInference(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
  modelDir: string,
): Promise<boolean> {
  await using program = await startProgram([], { INFERENCE_WORKERS: "1", MODEL_DIR: modelDir });
  const port = Number(new URL(program.url).port);
  const whole = await formOf(patch);
  const refused = await formOf(withWrongChecksum(patch));

  async function send(
    connections: number,
    rest: number,
    seconds: number,
    { body, contentType }: Form,
    expected: number,
  ): Promise<number[]> {
    const times: number[] = [];
    const until = performance.now() + seconds * 1000;
    await Promise.all(Array.from({ length: connections }, async () => {
      using client = await rawClient(port, "/model/predict", contentType, body);
      while (performance.now() < until) {
        const start = performance.now();
        const status = await client.ask();
        if (status !== expected) throw new Error(`a request was answered ${status}`);
        times.push(performance.now() - start);
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
      }
    }));
    return times;
  }

  await send(8, 0, WARM_UP_SECONDS, whole, 200);
  await send(8, 0, WARM_UP_SECONDS / 2, refused, 400);
  const inference = await inferenceAlone(patch, modelDir);
  console.log(
    `one inference alone ${inference.toFixed(2)} ms (${
      modelDir || "embedded model"
    }); in a loop, ` +
      `form ${await timed(() =>
        readFormImages(whole.body, whole.contentType, 1)
      )} ms, decoding ${await timed(
        () => decodePatch(patch, { width: 64, height: 64 }),
      )} ms`,
  );
  let good = true;
  for (const { name, connections, rest, judged } of WAYS) {
    const before = threadTimes(program.process.pid);
    const times = await send(connections, rest, seconds, whole, 200);
    const between = threadTimes(program.process.pid);
    const server = (between.server - before.server) / times.length;
    const worker = (between.worker - before.worker) / times.length;
    const refusals = await send(connections, rest, seconds, refused, 400);
    const after = threadTimes(program.process.pid);
    const unscored = (after.server - between.server) / refusals.length;
    if (judged) good &&= unscored / inference <= MOST;
    console.log(
      `${name}: ${(times.length / seconds).toFixed(0)} a second, latency ` +
        `${median(times).toFixed(2)} ms; HTTP, form and decoding ${unscored.toFixed(3)} ms: ` +
        `${(unscored / inference).toFixed(2)} of an inference (at most ${MOST} wanted); with ` +
        `queue, message, metrics and log ${server.toFixed(3)} ms: ` +
        `${(server / inference).toFixed(2)} of an inference, ` +
        `${(server / worker).toFixed(2)} of the Worker's ${worker.toFixed(3)} ms`,
    );
  }
  return good;
}

/** A form as it is sent. */
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

/** The same PNG, but for a wrong checksum at the end of its zlib stream. */
function withWrongChecksum(png: Uint8Array): Uint8Array<ArrayBuffer> {
  const { header: { width, height, bitDepth, colorType }, compressed } = readPngChunks(png);
  const stream = Buffer.from(compressed);
  stream.writeUInt8(stream.readUInt8(stream.length - 1) ^ 1, stream.length - 1);
  return pngOf(ihdr(width, height, bitDepth, colorType), ["IDAT", stream], iend);
}

/** Milliseconds of processor time of one inference, batch 1, where nothing else is done. */
async function inferenceAlone(patch: Uint8Array, modelDir: string): Promise<number> {
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

/** Milliseconds of one call, averaged over many. */
async function timed(run: () => unknown): Promise<string> {
  for (let i = 0; i < ROUNDS; i++) await run();
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) await run();
  return ((performance.now() - start) / ROUNDS).toFixed(3);
}

/** Milliseconds of processor time that the serving thread and the Worker of a process have had. */
function threadTimes(pid: number): { readonly server: number; readonly worker: number } {
  let worker = 0;
  for (const { name: id } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const name = Deno.readTextFileSync(`/proc/${pid}/task/${id}/comm`);
    if (name.startsWith("worker-")) worker += millisecondsOf(pid, id);
  }
  return { server: millisecondsOf(pid, String(pid)), worker };
}

/** The first number of `schedstat` is the time on a processor, in nanoseconds. */
function millisecondsOf(pid: number, thread: string): number {
  const [nanoseconds] = Deno.readTextFileSync(`/proc/${pid}/task/${thread}/schedstat`).split(" ");
  return Number(nanoseconds) / 1e6;
}
