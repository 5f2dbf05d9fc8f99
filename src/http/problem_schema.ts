import { z } from "@hono/zod-openapi";
import { type ProblemCode, problems } from "../errors.ts";
import { oipErrorDoc } from "../oip/schema.ts";

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** Every error answer; IBM's clients read `message`. */
export const problemSchema = z.object({
  status: z.literal("error"),
  code: z.enum(codes).openapi({ description: "Which problem it is; see the examples." }),
  message: z.string().openapi({ description: "What was received and what is accepted." }),
  requestId: z.string().openapi({ description: "Also in the header X-Request-Id." }),
}).openapi("Problem");

/** The same as RFC 9457, for clients that accept `application/problem+json`. */
export const problemDetailsSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes),
  requestId: z.string(),
}).openapi("ProblemDetails");

const exampleId = "6f1e9f0c-6a0e-4f0b-9a55-5d1d8ab2a7d1";

/** How a request can end at the door, in the queue or in the Workers, whatever it asks for. */
export const admissionProblems = [
  "key_missing",
  "key_unknown",
  "request_too_slow",
  "input_rejected",
  "overloaded",
  "internal",
  "not_ready",
  "stopping",
  "deadline_exceeded",
] as const satisfies ProblemCode[];

/** The `responses` of a route that can answer with these problems, with an example of each. */
export function problemResponses(...listed: ProblemCode[]) {
  return responsesOf(listed, problemSchema, problemExample);
}

/** The same for a route of the Open Inference Protocol, which has a form of its own. */
export function oipProblemResponses(...listed: ProblemCode[]) {
  return responsesOf(listed, oipErrorDoc, (code) => ({ error: problems[code].example }));
}

function responsesOf(
  listed: readonly ProblemCode[],
  schema: z.ZodType,
  exampleOf: (code: ProblemCode) => unknown,
) {
  const statuses = [...new Set(listed.map((code) => problems[code].status))];
  return Object.fromEntries(statuses.map((status) => {
    const here = listed.filter((code) => problems[code].status === status);
    const examples = (value: (code: ProblemCode) => unknown) =>
      Object.fromEntries(
        here.map((code) => [code, { summary: problems[code].title, value: value(code) }]),
      );
    return [status, {
      description: here.map((code) => problems[code].title).join("; "),
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
  return { status: "error", code, message: problems[code].example, requestId: exampleId };
}

function problemDetailsExample(code: ProblemCode) {
  const { status, title, example } = problems[code];
  const type = `urn:mitosis:problem:${code}`;
  return { type, title, status, detail: example, code, requestId: exampleId };
}
