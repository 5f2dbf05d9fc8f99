import type { Context } from "hono";
import type { AppEnv } from "./app_context.ts";

/** A text in the forms in which it is served. */
interface EncodedText {
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/**
 * Creates a handler that serves one text, which never changes while the service runs. It sends gzip
 * to browsers that accept it, and 304 to browsers that have the text already. The text is made and
 * compressed at the first request.
 *
 * @param makeText Returns the text. Called once.
 * @param mediaType The media type without charset: `text/css`.
 */
export function staticText(makeText: () => string | Promise<string>, mediaType: string) {
  let encoded: Promise<EncodedText> | undefined;
  return async function staticText(c: Context<AppEnv>): Promise<Response> {
    const { etag, plain, gzipped } = await (encoded ??= encode(makeText));
    const headers = {
      "content-type": `${mediaType}; charset=utf-8`,
      "cache-control": "no-cache",
      "vary": "accept-encoding",
      etag,
    };
    if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304, headers);
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(plain, 200, headers);
    return c.body(gzipped, 200, { ...headers, "content-encoding": "gzip" });
  };
}

async function encode(makeText: () => string | Promise<string>): Promise<EncodedText> {
  const plain = new TextEncoder().encode(await makeText());
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzipped = new Uint8Array(await new Response(stream).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", plain));
  return { etag: `W/"${digest.toHex().slice(0, 24)}"`, plain, gzipped };
}
