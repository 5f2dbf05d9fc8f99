/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Sends 20 health checks per second in a Worker of its own, so that the load generator's thread
 * does not delay them. It starts when it gets the service's URL as message. At the next message, it
 * stops and posts the sorted latencies in milliseconds.
 */
const times: number[] = [];
let ended = false;

self.onmessage = async ({ data }: MessageEvent<string>) => {
  if (!data.startsWith("http")) {
    ended = true;
    return;
  }
  while (!ended) {
    const start = performance.now();
    const response = await fetch(`${data}v2/health/live`);
    await response.arrayBuffer();
    times.push(response.status === 200 ? performance.now() - start : Infinity);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  self.postMessage(times.sort((a, b) => a - b));
};
