import type { Context } from "hono";
import type { AppEnv } from "./app_context.ts";

/** A file as it is served: plain and compressed. */
interface EncodedFile {
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** A text, or bytes such as WebAssembly. */
type Content = string | Uint8Array;

/**
 * Creates a handler that serves one file, which never changes while the service runs. It sends gzip to
 * browsers that accept it, and 304 to browsers that have the file already. The file is made and
 * compressed at the first request.
 *
 * @param makeContent Returns the text or the bytes. Called once.
 * @param mediaType The media type without charset: `text/css`.
 */
export function staticFile(makeContent: () => Content | Promise<Content>, mediaType: string) {
  let encoded: Promise<EncodedFile> | undefined;
  return async function staticFile(c: Context<AppEnv>): Promise<Response> {
    const { etag, plain, gzipped } = await (encoded ??= encode(makeContent));
    const headers = {
      "content-type": mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType,
      "cache-control": "no-cache",
      "vary": "accept-encoding",
      etag,
    };
    if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304, headers);
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(plain, 200, headers);
    return c.body(gzipped, 200, { ...headers, "content-encoding": "gzip" });
  };
}

async function encode(makeContent: () => Content | Promise<Content>): Promise<EncodedFile> {
  const content = await makeContent();
  const plain = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzipped = new Uint8Array(await new Response(stream).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", plain));
  return { etag: `W/"${digest.toHex().slice(0, 24)}"`, plain, gzipped };
}
