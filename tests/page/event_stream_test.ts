import { deepEqual } from "node:assert/strict";
import { readEvents } from "../../src/page/event_stream.ts";

Deno.test("events are read whole wherever the network splits them, and a cut-off event is dropped", async () => {
  const text =
    'event: progress\ndata: {"done":0.5}\n\ndata: é\r\ndata: two\r\n\r\nevent: cut\ndata: off';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 7, bytes.length]) {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) {
          controller.enqueue(bytes.slice(at, at + size));
        }
        controller.close();
      },
    });
    const events = await Array.fromAsync(readEvents(body));
    deepEqual(events, [
      { name: "progress", data: '{"done":0.5}' },
      { name: "message", data: "é\ntwo" },
    ], `in pieces of ${size}`);
  }
});
