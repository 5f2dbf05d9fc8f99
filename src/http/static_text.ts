import type { Context } from "hono";
import type { AppEnv } from "./deps.ts";

/** What a browser gets of a file that does not change while the service runs. */
interface Prepared {
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** A text, or bytes such as WebAssembly. */
type Content = string | Uint8Array;

/**
 * Serves one file: compressed where the browser takes gzip, and not again where it still has it. The
 * work is done once, when it is first asked for.
 *
 * @param content Makes the text or bytes.
 * @param type Its media type.
 */
export function staticText(content: () => Content | Promise<Content>, type: string) {
  let prepared: Promise<Prepared> | undefined;
  return async function staticText(c: Context<AppEnv>): Promise<Response> {
    const { etag, plain, gzipped } = await (prepared ??= prepare(content));
    const headers = {
      "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
      "cache-control": "no-cache",
      "vary": "accept-encoding",
      etag,
    };
    if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304, headers);
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(plain, 200, headers);
    return c.body(gzipped, 200, { ...headers, "content-encoding": "gzip" });
  };
}

async function prepare(content: () => Content | Promise<Content>): Promise<Prepared> {
  const made = await content();
  const plain = typeof made === "string" ? new TextEncoder().encode(made) : made.slice();
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzipped = new Uint8Array(await new Response(stream).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", plain));
  return { etag: `W/"${digest.toHex().slice(0, 24)}"`, plain, gzipped };
}
