import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { Problem, type ProblemCode } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";
import { ACCEPTED_ENCODINGS } from "./content_encoding.ts";

/** The problem codes for errors that Hono itself throws, by HTTP status. */
const CODE_OF_HONO_STATUS: Record<number, ProblemCode> = {
  400: "request_invalid",
  413: "body_too_large",
  415: "media_type_unsupported",
};

/** Converts any thrown value to a problem. An unexpected error becomes `internal`. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const code = thrown instanceof HTTPException ? CODE_OF_HONO_STATUS[thrown.status] : undefined;
  if (code !== undefined && thrown instanceof HTTPException) {
    return new Problem(code, thrown.message);
  }
  return new Problem(
    "internal",
    "The service failed; its log has the cause under this request id.",
  );
}

/**
 * Creates the error response of a problem. Clients that accept `application/problem+json` get RFC 9457.
 * Others get the format of the Open Inference Protocol below `/v2`, and elsewhere that of IBM's service with
 * the additional fields `code` and `requestId`.
 */
export function problemResponse(
  c: Context<AppEnv>,
  problem: Problem,
  extraHeaders: Record<string, string> = {},
): Response {
  const { code, status, title, message } = problem;
  const requestId = c.get("requestId");
  c.var.record.code = code;
  const headers = { ...extraHeaders, ...headersOf(problem) };
  if (c.req.header("accept")?.includes("application/problem+json")) {
    const body = {
      type: `urn:mitosis:problem:${code}`,
      title,
      status,
      detail: message,
      code,
      requestId,
    };
    return c.json(body, status, { ...headers, "content-type": "application/problem+json" });
  }
  if (c.req.path.startsWith("/v2/")) return c.json({ error: message }, status, headers);
  return c.json({ status: "error", code, message, requestId }, status, headers);
}

/** Returns the headers of a problem: when to retry, what is accepted, whether to disconnect. */
function headersOf({ code, status, retryAfterSeconds }: Problem): Record<string, string> {
  return {
    ...(retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) }),
    ...(code === "encoding_unsupported" ? { "Accept-Encoding": ACCEPTED_ENCODINGS } : {}),
    ...(status === 401 ? { "WWW-Authenticate": "Bearer" } : {}),
    ...(code === "request_too_slow" || code === "body_too_large" ? { Connection: "close" } : {}),
  };
}
