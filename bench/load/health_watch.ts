/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Asks for health 20 times a second, on a thread of its own: in that of the load generator it would
 * measure how busy that one is. Told the address, it begins; told anything else, it posts its times.
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
