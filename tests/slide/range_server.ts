import { randomFrom } from "../random.ts";

/** How a server of one file behaves; it may be changed while it serves. */
export interface RangeBehavior {
  bytes: Uint8Array<ArrayBuffer>;
  etag: string;
  ignoresRanges?: boolean;
  /** Requests in a hundred that fail: every other with 503, every other by a broken connection. */
  failures?: number;
  /** Where all requests are sent on to. */
  redirect?: string;
  /** Milliseconds before an answer. */
  delayMs?: number;
}

/** A server of one file, and what it was asked for. */
export interface RangeServer extends AsyncDisposable {
  readonly url: string;
  readonly behavior: RangeBehavior;
  readonly counts: { requests: number; failed: number; bytes: number };
}

/** Serves one file on a free port of this machine. */
export function serveRanges(behavior: RangeBehavior): RangeServer {
  const random = randomFrom(7);
  const counts = { requests: 0, failed: 0, bytes: 0 };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      counts.requests++;
      if (behavior.delayMs) await new Promise((done) => setTimeout(done, behavior.delayMs));
      if (behavior.redirect !== undefined) return Response.redirect(behavior.redirect);
      const { bytes, etag } = behavior;
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("Range") ?? "") ?? [];
      if (behavior.ignoresRanges || first === undefined) return new Response(bytes);
      const part = bytes.subarray(Number(first), Number(last) + 1);
      const fails = random(100) < (behavior.failures ?? 0);
      if (fails && counts.failed++ % 2 === 0) return new Response("try later", { status: 503 });
      if (part.length === 0) return new Response(null, { status: 416 });
      counts.bytes += part.length;
      return new Response(fails ? breaking(part) : part, {
        status: 206,
        headers: {
          "ETag": etag,
          "Content-Range": `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`,
          "Content-Length": `${part.length}`,
        },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/archive/slide.svs`,
    behavior,
    counts,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A body that breaks off in its middle. */
function breaking(part: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let pulls = 0;
  return new ReadableStream({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(part.subarray(0, part.length >> 1));
      else controller.close();
    },
  });
}
