import { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import type { Manifest } from "../model/manifest.ts";
import { researchUseOnly } from "../research_use.ts";

const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** The measures in the manifest's `quality`, with their column titles. */
const MEASURES = [
  ["sensitivity", "Sensitivity"],
  ["falsePositiveRate", "False-positive rate"],
  ["averagePrecision", "Average precision"],
  ["auc", "AUC"],
  ["f1", "F1"],
] as const;

/** Creates the route `GET /app/model`: a page with the model's measured quality and its model card. */
export function modelPageRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.get("/app/model", pageHeaders, async (c) => {
    const { manifest, card } = requireClassifier(deps).bundle;
    return c.html(html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${manifest.name}: model card</title>
    <link rel="icon" href="../samples/metaphase.png">
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <main class="card card-page">
      <p><strong>${researchUseOnly}</strong> ${manifest.name} ${manifest.version},
      SHA-256 ${manifest.network.sha256.slice(0, 12)}, threshold ${manifest.threshold},
      ${manifest.mpp} µm per pixel.</p>
      ${qualityTable(manifest)}
      ${raw(await cardHtml(card))}
    </main>
  </body>
</html>`);
  });
  return app;
}

function qualityTable({ quality, threshold }: Manifest) {
  const measures = MEASURES.filter(([key]) => quality.some((row) => row[key] !== undefined));
  if (quality.length === 0) return html`<p>The model's manifest has no measured quality.</p>`;
  return html`
    <h2>Measured quality at threshold ${threshold}</h2>
    <div class="wide">
      <table>
        <thead>
          <tr><th scope="col">Data</th>${measures.map(([, title]) =>
            html`<th scope="col">${title}</th>`
          )}</tr>
        </thead>
        <tbody>${quality.map((row) =>
          html`<tr><th scope="row">${row.data}</th>${
            measures.map(([key]) => html`<td>${row[key]?.toFixed(3) ?? "–"}</td>`)
          }</tr>`
        )}</tbody>
      </table>
    </div>
  `;
}

/**
 * Converts the model card from Markdown to HTML. markdown-it shows embedded HTML as text, and makes no link of
 * an address that could run a script. Pictures are replaced by their titles, because the service does not
 * serve them.
 */
async function cardHtml(card: string): Promise<string> {
  const { default: MarkdownIt } = await import("markdown-it");
  return new MarkdownIt({ html: false }).render(
    card.replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, "$1"),
  );
}
