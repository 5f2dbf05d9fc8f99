import { freePort } from "../../tests/program.ts";
import { probabilitiesOf, requestBody } from "./bodies.ts";
import { processTree } from "./cpu.ts";
import type { Peer, Tools } from "./peers.ts";

/** A peer that has answered rightly. */
export interface RunningPeer extends AsyncDisposable {
  readonly url: string;
  /** Id of its first process. */
  readonly pid: number;
}

/** The network that all peers run, and a patch with its right probability. */
export interface Sample {
  readonly modelDir: string;
  readonly patch: Uint8Array<ArrayBuffer>;
  readonly probability: number;
}

/** Largest accepted difference of a probability. */
const TOLERANCE = 1e-4;
/** How long a peer may take to start, in seconds. */
const START_SECONDS = 120;

/**
 * Starts a peer, waits until it answers, and checks the answer.
 *
 * @throws {Error} when it does not answer in time, or answers another probability.
 */
export async function startPeer(peer: Peer, tools: Tools, sample: Sample): Promise<RunningPeer> {
  const port = freePort();
  const [program = "", ...args] = peer.command(port, tools);
  const process = new Deno.Command(program, {
    args,
    env: {
      MODEL_DIR: peer.modelDir?.(sample.modelDir) ?? sample.modelDir,
      OMP_NUM_THREADS: "1",
      BENTOML_DO_NOT_TRACK: "1",
      ...peer.env,
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const running: RunningPeer = {
    url: `http://127.0.0.1:${port}${peer.path}`,
    pid: process.pid,
    async [Symbol.asyncDispose]() {
      for (const pid of processTree(process.pid)) kill(pid);
      await process.status;
    },
  };
  try {
    await checkAnswer(peer, running.url, sample);
    return running;
  } catch (thrown) {
    await running[Symbol.asyncDispose]();
    throw thrown;
  }
}

async function checkAnswer(peer: Peer, url: string, sample: Sample): Promise<void> {
  const { contentType, bytes } = await requestBody(peer.format, sample.patch, 2);
  const until = performance.now() + START_SECONDS * 1000;
  let last = "nothing";
  while (performance.now() < until) {
    try {
      const headers = { "content-type": contentType };
      const response = await fetch(url, { method: "POST", headers, body: bytes });
      last = await response.text();
      if (response.ok) {
        const found = probabilitiesOf(JSON.parse(last));
        const isRight = found.length === 2 &&
          found.every((value) => Math.abs(value - sample.probability) <= TOLERANCE);
        if (isRight) return;
        throw new Error(`${peer.name} answers ${last}; ${sample.probability} is right.`);
      }
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown; // `fetch` throws one when it cannot connect.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${peer.name} was not ready in ${START_SECONDS} s; it answered: ${last}`);
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
