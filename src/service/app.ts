import { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import { Problem } from "../errors.ts";
import { appPageRoutes } from "../routes/app_page.ts";
import { explainRoutes } from "../routes/explain.ts";
import { modelPageRoutes } from "../routes/model_page.ts";
import { detectRoutes } from "../routes/detect.ts";
import { docsRoutes } from "../routes/docs_page.ts";
import { healthRoutes } from "../routes/health.ts";
import { oipRoutes } from "../routes/oip.ts";
import { metricsRoutes } from "../routes/metrics.ts";
import { metadataRoutes } from "../routes/metadata.ts";
import { descriptionRoutes } from "../routes/openapi.ts";
import { predictRoutes } from "../routes/predict.ts";
import { sampleRoutes } from "../routes/samples.ts";
import { requireKey } from "../http/require_key.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { observe } from "../http/record_request.ts";
import { answerProblem, problemOf } from "../http/problem_response.ts";

/** Headers that say something to a browser that shows a page; pages bring their own. */
const NEEDLESS_HEADERS = {
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const;

/**
 * The whole service as one Hono app. It has no socket, file or clock of its own: what it needs comes
 * in `deps`, so a test calls `app.request()` on it directly.
 */
export function createApp(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { config } = deps;
  const app = new OpenAPIHono<AppEnv>();

  app.use(observe(deps));
  app.use(secureHeaders({
    crossOriginResourcePolicy: config.corsEnable ? false : "same-origin",
    ...NEEDLESS_HEADERS,
  }));
  if (config.corsEnable) {
    app.use(cors({ origin: config.corsOrigins.includes("*") ? "*" : [...config.corsOrigins] }));
  }
  app.use(requireKey(deps.keys));
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed(c, methods) {
      const allow = methods.join(", ");
      const problem = new Problem(
        "method_not_allowed",
        `${c.req.method} is not possible at ${c.req.path}; it takes ${allow}.`,
      );
      return answerProblem(c, problem, { Allow: allow });
    },
  }));
  app.route("/", predictRoutes(deps));
  app.route("/", explainRoutes(deps));
  app.route("/", detectRoutes(deps));
  app.route("/", metadataRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", oipRoutes(deps));
  app.route("/", metricsRoutes(deps));
  app.route("/", sampleRoutes());
  app.route("/", descriptionRoutes(app));
  app.route("/", docsRoutes());
  app.route("/", appPageRoutes());
  app.route("/", modelPageRoutes(deps));

  app.notFound((c) =>
    answerProblem(
      c,
      new Problem("route_unknown", `There is nothing at ${c.req.path}; GET / lists what there is.`),
    )
  );
  app.onError((thrown, c) => {
    const problem = problemOf(thrown);
    if (problem.code === "internal") deps.reportError(thrown, c.var.requestId);
    return answerProblem(c, problem);
  });
  return app;
}
