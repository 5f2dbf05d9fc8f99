import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Problem } from "../errors.ts";
import { detectMitoses } from "../search/search.ts";
import { fieldRequest } from "../search/field_opener.ts";
import { formats } from "../result/output/formats.ts";
import type { FieldResult } from "../result/result.ts";
import { writeResult } from "../result/output/writers.ts";
import { toJson } from "../result/output/json.ts";
import { resolveOptions, withoutBlanks } from "../search/options.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { addUploadRoute, singleImage } from "../http/upload.ts";
import { MAX_LISTED, type OpenedSearch, streamEvents } from "./detect_events.ts";
import { detectRoute, fieldTypes, querySchema } from "./detect_route.ts";

/** Creates the route `POST /model/detect`, which finds the mitoses in a field. */
export function detectRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const config = { ...deps.config, requestTimeoutMs: deps.config.fieldTimeoutMs };
  const app = new OpenAPIHono<AppEnv>();
  addUploadRoute(app, detectRoute, { ...deps, config }, fieldTypes, async (c) => {
    const query = readQuery(c);
    const { format = "json" } = query;
    const opened = await open(c, deps, singleImage(c), query);
    if (wantsEvents(c)) return streamEvents(c, deps, opened);
    try {
      const result = await opened.search();
      if (format === "json") return c.json(toJson(result), 200);
      if (result.truncated && format !== "heatmap") throw tooManyDetections(format, result);
      const written = await writeResult(format, result, opened.field);
      return c.body(new Uint8Array(written), 200, { "content-type": formats[format].mediaType });
    } finally {
      opened.field.close();
    }
  });
  return app;
}

/** Returns the problem for a list that is cut off, in a format that cannot say so. */
function tooManyDetections(format: string, { detections }: FieldResult): Problem {
  return new Problem(
    "too_many_detections",
    `The search finds more than the ${detections.length} detections that the format ${format} may list. ` +
      "Raise the threshold or the suppression distance, or take the format json, which counts all.",
  );
}

type Query = z.infer<typeof querySchema>;

function readQuery(c: Context<AppEnv>): Query {
  const read = querySchema.safeParse(withoutBlanks(c.req.query()));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.code === "unrecognized_keys"
    ? "The query has parameters that do not exist"
    : `The query parameter '${issue?.path.join(".")}' is not valid`;
  throw new Problem(
    "request_invalid",
    `${where}: ${issue?.message}. This route accepts ${Object.keys(querySchema.shape).join(", ")}.`,
  );
}

async function open(
  c: Context<AppEnv>,
  deps: AppDeps,
  bytes: Uint8Array,
  query: Query,
): Promise<OpenedSearch> {
  const classifier = requireClassifier(deps);
  const options = resolveOptions(query, classifier.bundle.manifest);
  const { work } = c.var;
  const maxPixels = deps.config.maxMegapixels * 1e6;
  const field = await deps.fields.open(
    fieldRequest(classifier, bytes, maxPixels, options.mpp),
    work.signal,
  );
  return {
    field,
    async search(onProgress) {
      const result = await detectMitoses(classifier, field, options, {
        ...work,
        maxListed: MAX_LISTED,
        keepScored: query.format === "heatmap",
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      c.var.record.probabilities = result.detections.map(({ probability }) => probability);
      return result;
    },
  };
}

function wantsEvents(c: Context<AppEnv>): boolean {
  return c.req.header("accept")?.includes("text/event-stream") ?? false;
}
