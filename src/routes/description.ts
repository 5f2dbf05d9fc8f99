import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../http/deps.ts";
import { swagger2 } from "./swagger2.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";

/**
 * `GET /openapi.json`: OpenAPI 3.1 of every route that `app` describes. `GET /swagger.json`: Swagger
 * 2.0 of IBM's two.
 */
export function descriptionRoutes(app: OpenAPIHono<AppEnv>): OpenAPIHono<AppEnv> {
  const describe = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Mitosis Detector",
        version,
        description: "Finds dividing cells on H&E-stained slides. " + researchUseOnly,
        license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      },
      servers: [{ url: "/" }],
      tags: [
        { name: "model", description: "The model and what it says of images" },
        { name: "open inference protocol", description: "The same for KServe, Triton and Seldon" },
        { name: "operation", description: "What the service counts and times" },
        { name: "health", description: "Whether the service lives and is ready" },
      ],
    });
  const routes = new OpenAPIHono<AppEnv>();
  routes.get("/openapi.json", (c) => c.json(describe()));
  routes.get("/swagger.json", (c) => {
    return c.json(swagger2(describe(), ["/model/metadata", "/model/predict"], version));
  });
  return routes;
}
