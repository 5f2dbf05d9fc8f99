import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { Problem, type ProblemCode } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";

/** Problems that stand for what Hono itself refuses, by status. */
const CODE_OF_STATUS: Record<number, ProblemCode> = {
  400: "request_invalid",
  413: "body_too_large",
  415: "media_type_unsupported",
};

/** The row of the table for anything that was thrown; what is not known is `internal`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const code = thrown instanceof HTTPException ? CODE_OF_STATUS[thrown.status] : undefined;
  if (code !== undefined && thrown instanceof HTTPException) {
    return new Problem(code, thrown.message);
  }
  return new Problem("internal", "The service failed; its log says more under this request's id.");
}

/**
 * What `problem` says to the client: as IBM's clients read it, below `/v2` as the Open Inference
 * Protocol has it or, when asked for, as RFC 9457.
 */
export function answerProblem(
  c: Context<AppEnv>,
  problem: Problem,
  headers: Record<string, string> = {},
): Response {
  const { code, status, title, message } = problem;
  const requestId = c.get("requestId");
  c.var.record.code = code;
  headers = { ...headers, ...headersOf(problem) };
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

/** Headers that go with a problem: when to come back, how to identify oneself, and not to go on sending. */
function headersOf({ code, status, retryAfterSeconds }: Problem): Record<string, string> {
  return {
    ...(retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) }),
    ...(status === 401 ? { "WWW-Authenticate": "Bearer" } : {}),
    ...(code === "request_too_slow" || code === "body_too_large" ? { Connection: "close" } : {}),
  };
}
