/**
 * The service's inference Worker with faults that a test can trigger. It crashes on the message
 * "crash" and on a batch that begins with {@linkcode CRASHING_PIXEL}. It hangs on a batch that
 * begins with {@linkcode HANGING_PIXEL}.
 */
import "../../src/inference/inference_worker.ts";
import { CRASHING_PIXEL, HANGING_PIXEL } from "./fault_pixels.ts";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent) => void };
const handleMessage = scope.onmessage;
let started: Int32Array | undefined;

scope.onmessage = (event) => {
  const { data } = event;
  if (data === "crash") throw new Error("told to crash");
  const [argument, shared] = data.args;
  const pixel = data.method === "run" ? argument.data.subarray(0, 3).join() : "";
  const [crashes, hangs] = [pixel === CRASHING_PIXEL.join(), pixel === HANGING_PIXEL.join()];
  if (data.method === "open") started = shared;
  if (started !== undefined && (crashes || hangs)) started[0] = 1;
  if (crashes) throw new Error("a crashing pixel");
  if (hangs) { for (;;); }
  handleMessage(event);
};
