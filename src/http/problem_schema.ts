import { z } from "@hono/zod-openapi";
import { type ProblemCode, problems } from "../errors.ts";
import { oipErrorDoc } from "../oip/schema.ts";

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** The body of an error response. Clients of IBM's service read `message`. */
export const problemSchema = z.object({
  status: z.literal("error"),
  code: z.enum(codes).openapi({ description: "Code of the problem; see the examples" }),
  message: z.string().openapi({
    description: "What is wrong, what was received and what is accepted",
  }),
  requestId: z.string().openapi({ description: "Id of the request, as in X-Request-Id" }),
}).openapi("Problem");

/** The body of an error response as RFC 9457, for clients that accept `application/problem+json`. */
export const problemDetailsSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes),
  requestId: z.string(),
}).openapi("ProblemDetails");

const EXAMPLE_REQUEST_ID = "6f1e9f0c-6a0e-4f0b-9a55-5d1d8ab2a7d1";

/** The problems of every route that needs a key, capacity and the network. */
export const admissionProblems = [
  "host_not_allowed",
  "origin_not_allowed",
  "key_missing",
  "key_unknown",
  "request_too_slow",
  "encoding_unsupported",
  "input_rejected",
  "overloaded",
  "internal",
  "not_ready",
  "stopping",
  "deadline_exceeded",
] as const satisfies ProblemCode[];

/** Returns the OpenAPI `responses` for these problems, with an example of each. */
export function describeProblems(...listed: ProblemCode[]) {
  return describeResponses(listed, problemSchema, problemExample);
}

/** Returns the OpenAPI `responses` for these problems in the format of the Open Inference Protocol. */
export function describeOipProblems(...listed: ProblemCode[]) {
  return describeResponses(listed, oipErrorDoc, (code) => ({ error: problems[code].example }));
}

function describeResponses(
  listed: readonly ProblemCode[],
  schema: z.ZodType,
  exampleOf: (code: ProblemCode) => unknown,
) {
  const statuses = [...new Set(listed.map((code) => problems[code].status))];
  return Object.fromEntries(statuses.map((status) => {
    const sameStatus = listed.filter((code) => problems[code].status === status);
    const examples = (value: (code: ProblemCode) => unknown) =>
      Object.fromEntries(
        sameStatus.map((code) => [code, { summary: problems[code].title, value: value(code) }]),
      );
    return [status, {
      description: sameStatus.map((code) => problems[code].title).join("; "),
      content: {
        "application/json": { schema, examples: examples(exampleOf) },
        "application/problem+json": {
          schema: problemDetailsSchema,
          examples: examples(problemDetailsExample),
        },
      },
    }];
  }));
}

function problemExample(code: ProblemCode) {
  return {
    status: "error",
    code,
    message: problems[code].example,
    requestId: EXAMPLE_REQUEST_ID,
  };
}

function problemDetailsExample(code: ProblemCode) {
  const { status, title, example } = problems[code];
  const type = `urn:mitosis:problem:${code}`;
  return { type, title, status, detail: example, code, requestId: EXAMPLE_REQUEST_ID };
}
