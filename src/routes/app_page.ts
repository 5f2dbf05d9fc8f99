import { stripTypeScriptTypes } from "node:module";
import { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../http/app_context.ts";
import { staticFile } from "../http/static_file.ts";
import { lazyModules, libraries, modules, stylesheet, tiffModules, wasm } from "../page/files.ts";
import { researchUseOnly } from "../research_use.ts";

/** Import map: where the browser finds the packages that the modules of the page import. */
const importMap = JSON.stringify({ imports: { preact: "./app/npm/preact.js" } });

const page = html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Mitosis Detector</title>
    <link rel="icon" href="samples/metaphase.png">
    <link rel="stylesheet" href="app/style.css">
    <script type="importmap">${raw(importMap)}</script>
    ${[...modules.keys()].map((path) => html`<link rel="modulepreload" href="app/${path}">`)}
    <script type="module" src="app/page/main.ts"></script>
  </head>
  <body>
    <noscript>
      <p>${researchUseOnly}</p>
      <p>This page needs JavaScript. <a href="./">The API</a> works without it.</p>
    </noscript>
  </body>
</html>`;

/**
 * Creates the routes of the page: `GET /app` and its files. The browser loads the modules of `src/page`.
 * Deno strips their types at the first request, so that there is no build step.
 */
export function appPageRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  const headers = pageHeaders();
  app.get("/app", async (c, next) => (await headers)(c, next), (c) => c.html(page));
  app.get("/app/style.css", staticFile(() => stylesheet, "text/css"));
  for (const [path, typed] of [...modules, ...lazyModules, ...tiffModules]) {
    const plain = () => stripTypeScriptTypes(typed);
    app.get(`/app/${path}`, staticFile(plain, "text/javascript"));
  }
  for (const [name, text] of libraries) {
    app.get(`/app/npm/${name}`, staticFile(() => text, "text/javascript"));
  }
  for (const [name, bytes] of wasm) {
    app.get(`/app/npm/${name}`, staticFile(() => bytes, "application/wasm"));
  }
  return app;
}

/**
 * Sets the content security policy. It allows the files of this service, the inline import map, and an
 * empty inline style: `viewer.ts` adds that style so that OpenSeadragon does not add another.
 */
async function pageHeaders() {
  const hashOf = async (text: string) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return `'sha256-${new Uint8Array(digest).toBase64()}'`;
  };
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", await hashOf(importMap)],
      styleSrc: ["'self'", await hashOf("")],
      imgSrc: ["'self'", "blob:"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
}
