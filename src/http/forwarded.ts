import type { Context } from "hono";
import type { AppEnv } from "./app_context.ts";

/** Returns the path prefix that a proxy has removed, as X-Forwarded-Prefix states it: `/tools/mitosis`. */
export function forwardedPrefix(c: Context<AppEnv>): string | undefined {
  const prefix = c.req.header("x-forwarded-prefix")?.replace(/\/+$/, "") ?? "";
  return /^(\/[\w.~-]+)+$/.test(prefix) ? prefix : undefined;
}

/**
 * Returns the address by which clients reach this service, without a slash at the end. Behind a proxy, takes
 * it from the headers `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-Prefix`.
 */
export function publicUrl(c: Context<AppEnv>): string {
  const url = new URL(c.req.url);
  const first = (name: string) => c.req.header(name)?.split(",", 1)[0]?.trim().toLowerCase() ?? "";
  const forwarded = first("x-forwarded-proto");
  const protocol = /^https?$/.test(forwarded) ? forwarded : url.protocol.replace(":", "");
  const named = first("x-forwarded-host");
  const host = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/.test(named) ? named : url.host;
  return `${protocol}://${host}${forwardedPrefix(c) ?? ""}`;
}
