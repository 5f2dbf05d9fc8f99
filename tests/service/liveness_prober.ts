/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * A Worker that asks for liveness every few milliseconds, on a thread of its own, so that what the test
 * does itself is not measured. It starts at the first message and says "ready"; at the second one it
 * answers with the slowest answer, once the last one has arrived.
 */

/** Where to ask, and which process answers. */
export interface ProbeTarget {
  readonly url: string;
  readonly pid: number;
}

/** The slowest answer, in milliseconds. */
export interface SlowestAnswer {
  readonly wall: number;
  /**
   * Processor time of the serving thread while an answer was awaited. It is what the service itself makes
   * others wait, whatever else the machine has to do. Known on Linux only; elsewhere it equals `wall`.
   */
  readonly computed: number;
}

let isStarted = false;
let isOver = false;
let wall = 0;
let computed = 0;

self.onmessage = ({ data }: MessageEvent<ProbeTarget>) => {
  if (isStarted) {
    isOver = true;
  } else {
    isStarted = true;
    probe(data);
  }
};

async function probe({ url, pid }: ProbeTarget): Promise<void> {
  await (await fetch(url)).text();
  self.postMessage("ready");
  while (!isOver) {
    const start = performance.now();
    const before = threadTime(pid);
    await (await fetch(url)).text();
    const milliseconds = performance.now() - start;
    wall = Math.max(wall, milliseconds);
    computed = Math.max(computed, (threadTime(pid) ?? milliseconds) - (before ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  self.postMessage({ wall, computed } satisfies SlowestAnswer);
  self.close();
}

/** Returns the processor time of the main thread of a process, in milliseconds. */
function threadTime(pid: number): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/schedstat`);
  return Number(text.split(" ", 1)[0]) / 1e6;
}
