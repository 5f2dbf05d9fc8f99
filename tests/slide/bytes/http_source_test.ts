import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { openSlide } from "../../../src/slide/slide.ts";
import { drawnRegion, drawnSlide } from "../drawn_slide.ts";
import { type RangeBehavior, type RangeServer, serveRanges } from "../range_server.ts";

const behavior = (more: Partial<RangeBehavior> = {}): RangeBehavior => ({
  bytes: drawnSlide(),
  etag: '"one"',
  ...more,
});
const open = ({ url }: RangeServer) => openSlide(url, { allowedUrls: [new URL("/", url).href] });

/** Reads all tiles of level 0 as a search does, and checks their pixels. */
async function readAll(server: RangeServer): Promise<void> {
  const slide = await open(server);
  try {
    for (let y = 0; y < 300; y += 100) {
      for (let x = 0; x < 500; x += 100) {
        const region = { x, y, width: 100, height: 100 };
        deepEqual((await slide.readLevel(0, region)).data, drawnRegion(0, region));
      }
    }
  } finally {
    slide.close();
  }
}

Deno.test("a slide is read over HTTP in a few joined requests", async () => {
  await using server = serveRanges(behavior());
  await readAll(server);
  // 40 tiles of 12 kB, and three pages at the end of the file.
  equal(server.counts.requests <= 8, true, `${server.counts.requests} requests`);
  equal(server.counts.bytes < 2 * server.behavior.bytes.length, true, `${server.counts.bytes}`);
});

Deno.test("requests that fail are sent again: 503 and connections that break off", async () => {
  await using server = serveRanges(behavior({ failures: 50 }));
  await readAll(server);
  equal(server.counts.failed >= 2, true, `${server.counts.failed} failed`);
});

Deno.test("a server that fails all the time is given up by name", async () => {
  await using server = serveRanges(behavior());
  const slide = await open(server);
  server.behavior.failures = 100;
  await rejects(slide.readLevel(0, { x: 0, y: 200, width: 64, height: 64 }), {
    code: "slide_unreachable",
    message: /\/archive\/slide\.svs cannot be read: the .*6 times in a row/,
  });
  slide.close();
});

Deno.test("a file that is replaced under a run is an error, by its ETag or its length", async () => {
  await using server = serveRanges(behavior());
  const slide = await open(server);
  const read = () => slide.readLevel(0, { x: 0, y: 200, width: 64, height: 64 });
  server.behavior.etag = '"two"';
  await rejects(read(), { code: "slide_changed", message: /"one".*"two"/ });
  server.behavior.etag = '"one"';
  server.behavior.bytes = server.behavior.bytes.slice(0, -10);
  await rejects(read(), { code: "slide_changed" });
  server.behavior.bytes = server.behavior.bytes.slice(0, 1000);
  await rejects(read(), { code: "slide_changed" });
  slide.close();
});

Deno.test("a server that ignores ranges is read once if the slide is small, else refused", async () => {
  await using small = serveRanges(behavior({ ignoresRanges: true }));
  await readAll(small);
  equal(small.counts.requests, 1);
  const large = new Uint8Array(33 << 20);
  large.set(drawnSlide());
  await using server = serveRanges(behavior({ ignoresRanges: true, bytes: large }));
  await rejects(open(server), { code: "slide_unreachable", message: /ignores range requests/ });
});

Deno.test("only addresses that are allowed are read, also behind a redirect", async () => {
  await using server = serveRanges(behavior());
  const { origin } = new URL(server.url);
  const refused = { code: "slide_not_allowed" } as const;
  for (const allowedUrls of [[], ["http://127.0.0.1:1/"], [`${origin}/other`], ["nonsense"]]) {
    await rejects(openSlide(server.url, { allowedUrls }), refused);
  }
  equal(server.counts.requests, 0);
  await using hop = serveRanges(behavior({ redirect: server.url }));
  await rejects(openSlide(hop.url, { allowedUrls: [new URL(hop.url).origin] }), refused);
  equal(server.counts.requests, 0);
  const allowedUrls = [new URL(hop.url).origin, `${origin}/archive`];
  (await openSlide(hop.url, { allowedUrls })).close();
});

Deno.test("no message has the query of an address, which may hold a secret", async () => {
  const url = "http://127.0.0.1:1/a.svs?X-Signature=secret";
  await rejects(openSlide(url), (thrown: Error) => {
    match(thrown.message, /127\.0\.0\.1:1\/a\.svs/);
    return !thrown.message.includes("secret");
  });
});

Deno.test("reading stops when its signal fires", async () => {
  await using server = serveRanges(behavior());
  const slide = await open(server);
  server.behavior.delayMs = 300;
  const reading = slide.readLevel(
    0,
    { x: 0, y: 0, width: 64, height: 64 },
    AbortSignal.timeout(50),
  );
  await rejects(reading, { name: "TimeoutError" });
  // Another reader of the same tile is not disturbed.
  const region = { x: 0, y: 0, width: 64, height: 64 };
  const [aborted, whole] = await Promise.allSettled([
    slide.readLevel(0, region, AbortSignal.timeout(50)),
    slide.readLevel(0, region),
  ]);
  equal(aborted.status, "rejected");
  deepEqual(whole.status === "fulfilled" && whole.value.data, drawnRegion(0, region));
  slide.close();
});
