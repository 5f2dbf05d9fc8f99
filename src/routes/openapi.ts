import { OpenAPIHono } from "@hono/zod-openapi";
import type { KeyRing } from "../access/key_ring.ts";
import type { AppEnv } from "../http/app_context.ts";
import { forwardedPrefix } from "../http/forwarded.ts";
import { toSwagger2 } from "./swagger2.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";

/** The two ways to send an API key. Generated clients and the page `/` offer them. */
const SECURITY_SCHEMES = {
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "One of the service's API keys",
  },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "The same key, as `Authorization: Bearer KEY`",
  },
} as const;

/** Either way of sending a key. */
const WITH_KEY = [{ apiKey: [] }, { bearer: [] }];

/**
 * Creates the routes `GET /openapi.json`, the OpenAPI 3.1 description of all routes of `app`, and
 * `GET /swagger.json`, the Swagger 2.0 description of the two routes of IBM's service.
 *
 * @param keys Decides whether the description requires an API key or only allows it.
 */
export function openApiRoutes(
  app: OpenAPIHono<AppEnv>,
  { isKeyNeeded }: Pick<KeyRing, "isKeyNeeded">,
): OpenAPIHono<AppEnv> {
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    app.openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  }
  const describe = (prefix: string | undefined) =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Mitosis Detector",
        version,
        description: "Finds dividing cells on H&E-stained slides. " + researchUseOnly,
        contact: { name: "The maintainers of Mitosis Detector" },
        license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      },
      // Relative to this document, so that it is right behind a proxy with any path prefix.
      servers: [{ url: prefix ?? "." }],
      // An empty entry means that a request without a key is accepted.
      security: isKeyNeeded ? WITH_KEY : [{}, ...WITH_KEY],
      tags: [
        { name: "model", description: "Facts about the model, and its answers for images" },
        { name: "slides", description: "Whole slides, their pictures and their searches" },
        {
          name: "open inference protocol",
          description: "Scoring for clients of KServe, Triton and Seldon",
        },
        { name: "operation", description: "Metrics of the service" },
        { name: "health", description: "Whether the service is alive and ready" },
      ],
    });
  const routes = new OpenAPIHono<AppEnv>();
  routes.get("/openapi.json", (c) => c.json(describe(forwardedPrefix(c))));
  routes.get("/swagger.json", (c) => {
    const prefix = forwardedPrefix(c);
    const paths = ["/model/metadata", "/model/predict"];
    return c.json(toSwagger2(describe(prefix), paths, version, prefix ?? "/"));
  });
  return routes;
}
