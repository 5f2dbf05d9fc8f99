/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Asks for liveness every 50 ms, each time over a new connection, in a Worker of its own, so that the
 * thread of the attack does not delay it. Asks a server that does nothing likewise, for comparison. It
 * starts when it gets a {@linkcode ProbeTarget}. At the next message it stops and posts the
 * {@linkcode SlowestAnswers}.
 */

/** What is asked. */
export interface ProbeTarget {
  readonly port: number;
  /** The process that answers. */
  readonly pid: number;
  /** The port of the server that does nothing. */
  readonly idlePort: number;
}

/** The slowest answers, in milliseconds; Infinity for a check without an answer. */
export interface SlowestAnswers {
  readonly health: number;
  /** Processor time of the serving thread while an answer was awaited. Linux only; elsewhere NaN. */
  readonly computed: number;
  /** The slowest answer of the server that does nothing. */
  readonly idle: number;
}

const REQUEST = new TextEncoder().encode(
  "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
);
const MAX_WAIT_MS = 30_000;
let isOver = false;
let computed = Deno.build.os === "linux" ? 0 : NaN;

async function check(port: number): Promise<number> {
  const start = performance.now();
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const timer = setTimeout(() => connection.close(), MAX_WAIT_MS);
    await connection.write(REQUEST);
    const buffer = new Uint8Array(64);
    const length = await connection.read(buffer);
    clearTimeout(timer);
    const text = new TextDecoder().decode(buffer.subarray(0, length ?? 0));
    return text.startsWith("HTTP/1.1 200") ? performance.now() - start : Infinity;
  } catch {
    return Infinity;
  }
}

/** Checks again and again, and returns the slowest answer. */
async function probe(port: number, pid?: number): Promise<number> {
  let slowest = 0;
  while (!isOver) {
    const before = pid === undefined ? NaN : threadTime(pid);
    slowest = Math.max(slowest, await check(port));
    const used = pid === undefined ? NaN : threadTime(pid) - before;
    if (used > computed) computed = used;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return slowest;
}

/** Returns the processor time of the main thread of a process, in milliseconds. */
function threadTime(pid: number): number {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/schedstat`);
    return Number(text.split(" ", 1)[0]) / 1e6;
  } catch {
    return NaN;
  }
}

self.onmessage = async ({ data }: MessageEvent<ProbeTarget | "end">) => {
  if (data === "end") {
    isOver = true;
    return;
  }
  const [health, idle] = await Promise.all([probe(data.port, data.pid), probe(data.idlePort)]);
  self.postMessage({ health, idle, computed } satisfies SlowestAnswers);
};
