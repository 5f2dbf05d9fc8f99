import { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import { Problem } from "../errors.ts";
import { appPageRoutes } from "../routes/app_page.ts";
import { explainRoutes } from "../routes/explain.ts";
import { modelPageRoutes } from "../routes/model_page.ts";
import { detectRoutes } from "../routes/detect.ts";
import { docsPageRoutes } from "../routes/docs_page.ts";
import { healthRoutes } from "../routes/health.ts";
import { oipRoutes } from "../routes/oip.ts";
import { metricsRoutes } from "../routes/metrics.ts";
import { metadataRoutes } from "../routes/metadata.ts";
import { openApiRoutes } from "../routes/openapi.ts";
import { predictRoutes } from "../routes/predict.ts";
import { sampleRoutes } from "../routes/samples.ts";
import { slidePictureRoutes } from "../routes/slide_pictures.ts";
import { slideSearchRoutes } from "../routes/slide_searches.ts";
import { slidesRoutes } from "../routes/slides.ts";
import { refuseCrossSite, requireKnownHost } from "../http/check_origin.ts";
import { requireKey } from "../http/require_key.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { recordRequest } from "../http/record_request.ts";
import { problemResponse, toProblem } from "../http/problem_response.ts";

/** Turns off the security headers that matter only for web pages. Each page sets its own. */
const WITHOUT_PAGE_HEADERS = {
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const;

/** The response headers that CORS lets pages of other origins read, besides the usual ones. */
const EXPOSED_HEADERS = [
  "Location",
  "Retry-After",
  "X-Request-Id",
  "Server-Timing",
  "Inference-Header-Content-Length",
];

/**
 * Creates the HTTP app: all middleware and all routes. It opens no socket and no file, and takes the
 * clock from `deps`.
 */
export function createApp(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { config } = deps;
  const app = new OpenAPIHono<AppEnv>();

  app.use(recordRequest(deps));
  app.use(secureHeaders({
    crossOriginResourcePolicy: config.corsEnable ? false : "same-origin",
    ...WITHOUT_PAGE_HEADERS,
  }));
  app.use(requireKnownHost(config));
  app.use(refuseCrossSite(config));
  if (config.corsEnable) {
    app.use(cors({
      origin: config.corsOrigins.includes("*") ? "*" : [...config.corsOrigins],
      exposeHeaders: EXPOSED_HEADERS,
    }));
  }
  app.use(requireKey(deps.keys));
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed(c, methods) {
      const allow = methods.join(", ");
      const problem = new Problem(
        "method_not_allowed",
        `${c.req.path} does not accept ${c.req.method}; it accepts ${allow}.`,
      );
      return problemResponse(c, problem, { Allow: allow });
    },
  }));
  app.route("/", predictRoutes(deps));
  app.route("/", explainRoutes(deps));
  app.route("/", detectRoutes(deps));
  if (deps.slides !== undefined) {
    app.route("/", slidesRoutes(deps));
    app.route("/", slidePictureRoutes(deps));
    app.route("/", slideSearchRoutes(deps));
  }
  app.route("/", metadataRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", oipRoutes(deps));
  app.route("/", metricsRoutes(deps));
  app.route("/", sampleRoutes());
  app.route("/", openApiRoutes(app, deps.keys));
  app.route("/", docsPageRoutes());
  app.route("/", appPageRoutes());
  app.route("/", modelPageRoutes(deps));

  app.notFound((c) =>
    problemResponse(
      c,
      new Problem("route_unknown", `There is no route ${c.req.path}; GET / lists all routes.`),
    )
  );
  app.onError((thrown, c) => {
    const problem = toProblem(thrown);
    if (problem.code === "internal") deps.reportError(thrown, c.var.requestId);
    return problemResponse(c, problem);
  });
  return app;
}
