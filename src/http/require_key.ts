import type { MiddlewareHandler } from "hono";
import type { KeyRing } from "../access/key_ring.ts";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";

/** The paths that need no key: health, the web pages, and the API descriptions. */
const PUBLIC_PATHS = /^\/($|app($|\/)|docs\/|samples\/|openapi\.json$|swagger\.json$|v2\/health\/)/;

/**
 * Creates the middleware that checks the API key, `Authorization: Bearer KEY` or `X-API-Key: KEY`,
 * when the service has keys. Health checks need no key because probes have none.
 */
export function requireKey(keys: KeyRing): MiddlewareHandler<AppEnv> {
  return async function requireKey(c, next) {
    if (keys.isKeyNeeded && !PUBLIC_PATHS.test(c.req.path)) {
      const bearer = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
      const key = bearer ?? c.req.header("x-api-key");
      if (key === undefined) {
        throw new Problem(
          "key_missing",
          "Send one of the service's API keys, as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.",
        );
      }
      if (!keys.accepts(key)) {
        throw new Problem(
          "key_unknown",
          "The API key that was sent is not one of this service's keys; it may have been revoked.",
        );
      }
    }
    await next();
  };
}
