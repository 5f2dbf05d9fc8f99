import { deepEqual, equal, match, rejects } from "node:assert/strict";
import type { PictureRequest } from "../../src/slide_folder/draw_picture.ts";
import type { SlidePlace } from "../../src/slide_folder/open_slides.ts";
import { slideReader } from "../../src/slide_folder/slide_reader.ts";

/** A Worker that answers, hangs or crashes by the location of the slide. */
function fakeWorker(): Worker {
  const code = `self.onmessage = ({ data: { id, args: [{ location }] } }) => {
    if (location === "crash") setTimeout(() => { throw new Error("a bug"); });
    else if (location === "busy") for (;;);
    else self.postMessage({ id, value: location });
  };`;
  return new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), {
    type: "module",
  });
}

const place = (location: string): SlidePlace => ({
  location,
  confinement: { folder: "/slides", title: "a slide" },
  version: "1",
});

Deno.test("a slide that hangs or crashes the Worker is refused, and others are read by the next one", async () => {
  let started = 0;
  const reader = slideReader({
    createWorker() {
      started++;
      return fakeWorker();
    },
    callTimeoutMs: 2000,
  });
  const read = (location: string) => reader.facts(place(location));
  equal(await read("a"), "a");
  await rejects(read("crash"), { code: "image_too_complex", message: /crashed the Worker/ });
  equal(await read("b"), "b");
  const [busy, other] = await Promise.allSettled([read("busy"), read("c")]);
  equal(busy.status, "rejected");
  match(String(busy.status === "rejected" && busy.reason), /was not read within 2 s/);
  // It shared the Worker of the slide that hangs, and was read by the next one.
  deepEqual(other, { status: "fulfilled", value: "c" });
  equal(started, 3);
  reader.close();
});

Deno.test("too many waiting requests are refused, and one whose client has left is dropped", async () => {
  const reader = slideReader({ createWorker: fakeWorker, callTimeoutMs: 1000 });
  const blocked = Array.from({ length: 100 }, () => reader.facts(place("busy")));
  const all = Promise.allSettled(blocked);
  await rejects(reader.facts(place("a")), { code: "overloaded", retryAfterSeconds: 2 });
  reader.close();
  await all;
  const other = slideReader({ createWorker: fakeWorker, callTimeoutMs: 1000 });
  const left = new AbortController();
  const busy = Array.from({ length: 4 }, () => other.facts(place("busy")));
  const waits = other.picture(place("a"), {} as PictureRequest, left.signal);
  left.abort(new Error("left"));
  await rejects(waits, /left/);
  other.close();
  await Promise.allSettled(busy);
});
