/**
 * The Worker of a field, which hangs when it is to decode a picture whose header says 7 pixels across,
 * and crashes at 9 pixels.
 */
import "../../src/search/field_worker.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage: (message: unknown, transfer: Transferable[]) => void;
};
const answer = scope.onmessage;
const post = scope.postMessage.bind(globalThis);
let width = 0;

scope.postMessage = (message, transfer) => {
  const { value } = message as { value?: { width?: number } };
  width = value?.width ?? width;
  post(message, transfer);
};
scope.onmessage = (event) => {
  if (event.data.method === "decode" && width === 7) { for (;;); }
  if (event.data.method === "decode" && width === 9) throw new Error("crashed by a picture");
  answer(event);
};
