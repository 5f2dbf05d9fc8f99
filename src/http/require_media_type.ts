import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";

/** Returns the request's media type without parameters, in lower case: `multipart/form-data`. */
export function mediaTypeOf(c: Context<AppEnv>): string | undefined {
  return c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

/** Creates the middleware that refuses other media types before it reads any of the body. */
export function requireMediaType(...accepted: string[]): MiddlewareHandler<AppEnv> {
  return async function requireMediaType(c, next) {
    const type = mediaTypeOf(c);
    if (type === undefined || !accepted.includes(type)) {
      const header = c.req.header("content-type");
      throw new Problem(
        "media_type_unsupported",
        `The request has ${header ? `Content-Type '${header}'` : "no Content-Type"}; ` +
          `this route accepts ${accepted.join(" or ")}.`,
      );
    }
    await next();
  };
}
