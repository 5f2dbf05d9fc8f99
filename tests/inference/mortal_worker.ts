/**
 * The service's inference Worker, which in addition dies when told to: on the message "crash", or of a
 * batch that begins with {@linkcode DEADLY}. It hangs when a batch begins with {@linkcode HANGING}.
 */
import "../../src/inference/worker.ts";
import { DEADLY, HANGING } from "./deadly.ts";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent) => void };
const answer = scope.onmessage;
let started: Int32Array | undefined;

scope.onmessage = (event) => {
  const { data } = event;
  if (data === "crash") throw new Error("told to crash");
  const [argument, shared] = data.args;
  const first = data.method === "run" ? argument.data.subarray(0, 3).join() : "";
  if (data.method === "open") started = shared;
  const isDeadly = first === DEADLY.join();
  const isHanging = first === HANGING.join();
  if (started !== undefined && (isDeadly || isHanging)) started[0] = 1;
  if (isDeadly) throw new Error("a deadly input");
  if (isHanging) { for (;;); }
  answer(event);
};
