import manifest from "../../model/manifest.json" with { type: "json" };
import { type RunningProgram, startProgram } from "../../tests/program.ts";
import { MAX_ANSWER_MS, sendBytes } from "../../tests/fuzz/send_bytes.ts";
import { mutatedRequest } from "../../tests/fuzz/mutated_request.ts";
import { readSeeds } from "../../tests/fuzz/seeds.ts";
import { randomFrom } from "../../tests/random.ts";
import { residentMegabytes } from "./measure.ts";

const CLIENTS = 8;
/** The most by which memory may grow after the first tenth. */
const GROWTH = 1.1;
/** Answers that a client may get for what is wrong with its request, or that are meant to be 5xx. */
const MEANT = /^(2\d\d|4\d\d|503|504)$/;

/** Sends requests with something wrong in them, each on a connection of its own. */
export async function fuzz(count: number): Promise<boolean> {
  const random = randomFrom(20_181_123);
  const good = await readSeeds();
  return await run(count, (port) => {
    const { kind, bytes } = mutatedRequest(good, random);
    return sendBytes(port, bytes).then((status) => `${kind} ${status}`);
  });
}

/** Sends good requests over kept connections: the patch is that of the model's self-test. */
export function soak(patch: Uint8Array<ArrayBuffer>, count: number): Promise<boolean> {
  return run(count, async (port) => {
    const response = await fetch(`http://127.0.0.1:${port}/model/predict`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: patch,
    });
    const { predictions: [predicted] = [] } = await response.json();
    const { probability, tolerance } = manifest.selfTest;
    const right = Math.abs(predicted?.probability - probability) <= tolerance;
    return `${response.status} ${right ? "right" : "wrong"}`;
  });
}

async function run(count: number, send: (port: number) => Promise<string>): Promise<boolean> {
  await using program = await startProgram([], {
    INFERENCE_WORKERS: "2",
    CLIENT_TIMEOUT_MS: "1000",
    LOG_FORMAT: "none",
  });
  const port = Number(new URL(program.url).port);
  const seen: Record<string, number> = {};
  const memory: number[] = [];
  let sent = 0;
  let slowest = 0;
  const started = performance.now();
  const client = async () => {
    while (sent < count) {
      if (++sent % Math.ceil(count / 20) === 0) {
        memory.push(residentMegabytes(program));
        const seconds = (performance.now() - started) / 1000;
        console.log(`${sent} in ${seconds.toFixed(0)} s, memory ${memory.at(-1)} MB`);
      }
      const start = performance.now();
      const outcome = await send(port);
      slowest = Math.max(slowest, performance.now() - start);
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const [early = NaN] = memory.slice(1);
  const late = memory.at(-1) ?? NaN;
  const unmeant = Object.keys(seen).filter((outcome) =>
    !MEANT.test(outcome.split(" ").find((word) => /^\d{3}$/.test(word)) ?? "") ||
    outcome.endsWith("wrong")
  );
  console.log(JSON.stringify(seen));
  console.log(
    `slowest ${slowest.toFixed(0)} ms; memory ${early} MB after a tenth, ${late} MB at the end ` +
      `(${((late / early - 1) * 100).toFixed(1)} %); not meant: ${unmeant.join(", ") || "none"}; ` +
      `still serves: ${await serves(program)}`,
  );
  return unmeant.length === 0 && slowest < MAX_ANSWER_MS && late <= early * GROWTH;
}

async function serves({ url }: RunningProgram): Promise<boolean> {
  return (await fetch(`${url}v2/health/ready`)).status === 200;
}
