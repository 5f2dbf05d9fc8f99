/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Asks for liveness every 50 ms, each time over a new connection, in a Worker of its own, so that the
 * thread of the attack does not delay it. It starts when it gets the port as message. At the next
 * message it stops and posts the slowest answer in milliseconds; Infinity for a check without an answer.
 */
const REQUEST = new TextEncoder().encode(
  "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
);
const MAX_WAIT_MS = 30_000;
let slowest = 0;
let isOver = false;

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

self.onmessage = async ({ data }: MessageEvent<number | "end">) => {
  if (data === "end") {
    isOver = true;
    return;
  }
  while (!isOver) {
    slowest = Math.max(slowest, await check(data));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  self.postMessage(slowest);
};
