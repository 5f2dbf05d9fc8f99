import type { MiddlewareHandler } from "hono";
import type { KeyRing } from "../access/key_ring.ts";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";

/** What anyone may look at: health, and the pages with their description of the service. */
const OPEN = /^\/($|app($|\/)|docs\/|samples\/|openapi\.json$|swagger\.json$|v2\/health\/)/;

/**
 * Asks for an API key where there are any: `Authorization: Bearer KEY`, or `X-API-Key: KEY`. Health
 * stays open, for probes have no key.
 */
export function requireKey(keys: KeyRing): MiddlewareHandler<AppEnv> {
  return async function requireKey(c, next) {
    if (keys.locked && !OPEN.test(c.req.path)) {
      const bearer = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
      const key = bearer ?? c.req.header("x-api-key");
      if (key === undefined) {
        throw new Problem(
          "key_missing",
          "Send one of the service's API keys, as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.",
        );
      }
      if (!keys.has(key)) {
        throw new Problem(
          "key_unknown",
          "The API key that was sent is not one of this service; it may have been withdrawn.",
        );
      }
    }
    await next();
  };
}
