import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";

/** Media types that many clients send although they are not registered, with the registered name. */
const REGISTERED_NAMES: Readonly<Record<string, string | undefined>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/tif": "image/tiff",
  "image/x-tiff": "image/tiff",
  "image/x-png": "image/png",
};

/** Returns the request's media type without parameters, in lower case: `multipart/form-data`. */
export function mediaTypeOf(c: Context<AppEnv>): string | undefined {
  const type = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return (Object.hasOwn(REGISTERED_NAMES, type) ? REGISTERED_NAMES[type] : type) || undefined;
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
