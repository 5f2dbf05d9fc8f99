import { stripTypeScriptTypes } from "node:module";
import { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../http/deps.ts";
import { staticText } from "../http/static_text.ts";
import { libraries, modules, stylesheet, tiffModules, wasm } from "../page/files.ts";
import { researchUseOnly } from "../version.ts";

/** Where the browser finds the packages that the page's modules import. */
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
      <p>This page needs JavaScript; <a href="./">the routes</a> work without it.</p>
    </noscript>
  </body>
</html>`;

/**
 * `GET /app`: the page on which an image is dropped, and its files. The browser's modules are the
 * TypeScript of `src/page`, their types taken off by Deno when they are first asked for; nothing
 * else comes before them, and the policy lets nothing in from elsewhere.
 */
export function appPageRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  const headers = pageHeaders();
  app.get("/app", async (c, next) => (await headers)(c, next), (c) => c.html(page));
  app.get("/app/style.css", staticText(() => stylesheet, "text/css"));
  for (const [path, typed] of [...modules, ...tiffModules]) {
    const plain = () => stripTypeScriptTypes(typed);
    app.get(`/app/${path}`, staticText(plain, "text/javascript"));
  }
  for (const [name, text] of libraries) {
    app.get(`/app/npm/${name}`, staticText(() => text, "text/javascript"));
  }
  for (const [name, bytes] of wasm) {
    app.get(`/app/npm/${name}`, staticText(() => bytes, "application/wasm"));
  }
  return app;
}

/**
 * The policy: this service only, no inline script but the import map, and no inline style but an
 * empty one, by which `viewer.ts` keeps OpenSeadragon from adding its own.
 */
async function pageHeaders() {
  const allow = async (text: string) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return `'sha256-${new Uint8Array(digest).toBase64()}'`;
  };
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", await allow(importMap)],
      styleSrc: ["'self'", await allow("")],
      imgSrc: ["'self'", "blob:"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
}
