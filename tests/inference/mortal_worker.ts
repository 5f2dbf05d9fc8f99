/**
 * The service's Worker, which in addition dies when told to: on the message "crash", or of a batch
 * that begins with {@linkcode DEADLY}, or hangs of one that begins with {@linkcode HANGING}.
 */
import "../../src/inference/worker.ts";
import { DEADLY, HANGING } from "./deadly.ts";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent) => void };
const obey = scope.onmessage;
let begun: Int32Array | undefined;

scope.onmessage = (event) => {
  const { data } = event;
  if (data === "crash") throw new Error("told to crash");
  const first = data.kind === "run" ? data.batch.data.subarray(0, 3).join() : "";
  if (data.kind === "open") begun = data.begun;
  if (begun !== undefined && (first === DEADLY.join() || first === HANGING.join())) begun[0] = 1;
  if (first === DEADLY.join()) throw new Error("a deadly input");
  if (first === HANGING.join()) { for (;;); }
  obey(event);
};
