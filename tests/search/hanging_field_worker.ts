/**
 * A field Worker that fails by the width of the picture. At 7 pixels it hangs while it decodes, at 9 it
 * crashes while it decodes, and at 10 it crashes after the field was closed.
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
  if (event.data.method === "release" && width === 10) throw new Error("crashed while idle");
  answer(event);
};
