import manifest from "../../model/manifest.json" with { type: "json" };
import { type RunningProgram, startProgram } from "../../tests/program.ts";
import { MAX_ANSWER_MS, sendBytes } from "../../tests/fuzz/send_bytes.ts";
import { mutatedRequest } from "../../tests/fuzz/mutated_request.ts";
import { requestSeeds } from "../../tests/fuzz/request_seeds.ts";
import { randomFrom } from "../../tests/random.ts";
import { residentMegabytes } from "./measure.ts";

const CLIENTS = 8;
/** After so many requests memory is read, again and again. The first number is compared with the last. */
const MEMORY_EVERY = 10_000;
/** Maximum memory at the end, relative to that after the first {@linkcode MEMORY_EVERY} requests. */
const MAX_GROWTH = 1.1;
/** Statuses that are expected: success, an error of the client, overload or a deadline. */
const EXPECTED_STATUS = /^(2\d\d|4\d\d|503|504)$/;

/** Sends malformed requests, each on a connection of its own. */
export async function fuzz(count: number): Promise<boolean> {
  const random = randomFrom(20_181_123);
  const validRequests = await requestSeeds();
  return await run(count, (port) => {
    const { kind, bytes } = mutatedRequest(validRequests, random);
    return sendBytes(port, bytes).then((status) => `${kind} ${status}`);
  });
}

/**
 * Sends valid requests over persistent connections, and checks the probabilities.
 *
 * @param patch The patch of the model's self-test.
 */
export function soak(patch: Uint8Array<ArrayBuffer>, count: number): Promise<boolean> {
  return run(count, async (port) => {
    const response = await fetch(`http://127.0.0.1:${port}/model/predict`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: patch,
    });
    const { predictions: [predicted] = [] } = await response.json();
    const { probability, tolerance } = manifest.selfTest;
    const isRight = Math.abs(predicted?.probability - probability) <= tolerance;
    return `${response.status} ${isRight ? "right" : "wrong"}`;
  });
}

/** Sends `count` requests and checks statuses, the slowest response, and memory. */
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
      if (++sent % Math.min(MEMORY_EVERY, Math.ceil(count / 10)) === 0) {
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
  const [early = NaN] = memory;
  const late = memory.at(-1) ?? NaN;
  const unexpected = Object.keys(seen).filter((outcome) =>
    !EXPECTED_STATUS.test(outcome.split(" ").find((word) => /^\d{3}$/.test(word)) ?? "") ||
    outcome.endsWith("wrong")
  );
  console.log(JSON.stringify(seen));
  console.log(
    `slowest ${
      slowest.toFixed(0)
    } ms; memory ${early} MB after the first tenth, or 10,000 requests, ${late} MB at the end ` +
      `(${((late / early - 1) * 100).toFixed(1)} %); unexpected: ${
        unexpected.join(", ") || "none"
      }; ` +
      `still ready: ${await isReady(program)}`,
  );
  return unexpected.length === 0 && slowest < MAX_ANSWER_MS && late <= early * MAX_GROWTH;
}

async function isReady({ url }: RunningProgram): Promise<boolean> {
  return (await fetch(`${url}v2/health/ready`)).status === 200;
}
