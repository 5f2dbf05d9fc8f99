import { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../http/app_context.ts";
import { staticFile } from "../http/static_file.ts";
import { researchUseOnly } from "../research_use.ts";

/** The script that starts Swagger UI. The content security policy allows no inline script. */
const startScript = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  tryItOutEnabled: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
});
`;

const page = html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Mitosis Detector</title>
    <link rel="icon" href="samples/metaphase.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <style>
      body { margin: 0; }
      header { max-width: 1420px; margin: 1.5rem auto 0; padding: 0 1.25rem; font: 1rem/1.5 sans-serif; }
      header figure { display: inline-block; margin: 0.5rem 1rem 0 0; font-size: 0.8rem; text-align: center; }
      header img { width: 96px; height: 96px; display: block; image-rendering: pixelated; }
    </style>
  </head>
  <body>
    <header>
      <p><strong>${researchUseOnly}</strong> Save one of these drawings, or use your own patch, and send
      it with <em>POST /model/predict</em> below. To drop an image on a page instead, open
      <a href="app">the app</a>.</p>
      ${
  ["metaphase", "anaphase", "interphase", "stroma"].map((name) =>
    html`<figure><a href="samples/${name}.png" download><img src="samples/${name}.png"
          alt="Drawing of ${name}">${name}.png</a></figure>`
  )
}
    </header>
    <main id="swagger-ui"></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>`;

/** Allows only files of this service, and the inline styles that Swagger UI needs. */
const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** The files of Swagger UI. They are loaded at the first request, because they take 6 MB of memory. */
const stylesheet = () => import("swagger-ui-dist/swagger-ui.css", { with: { type: "text" } });
const bundle = () => import("swagger-ui-dist/swagger-ui-bundle.js", { with: { type: "text" } });

/** Creates the route `GET /`: Swagger UI, served from this service so that it works offline. */
export function docsPageRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.get("/", pageHeaders, (c) => c.html(page));
  app.get("/docs/swagger-ui.css", staticFile(async () => (await stylesheet()).default, "text/css"));
  app.get(
    "/docs/swagger-ui-bundle.js",
    staticFile(async () => (await bundle()).default, "text/javascript"),
  );
  app.get("/docs/start.js", staticFile(() => startScript, "text/javascript"));
  return app;
}
