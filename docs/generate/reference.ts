import { readConfig, type Setting, settings } from "../../src/config.ts";
import { problems } from "../../src/errors.ts";
import { type FormatName, formats } from "../../src/result/output/formats.ts";
import { optionMeanings } from "../../src/search/options.ts";
import { createService } from "../../src/service/service.ts";
import { code, sentence, table } from "./markdown.ts";
import { type MetricRow, readMetrics } from "./metrics.ts";

/** What is in a file of each format. */
const contentsOfFormats: Record<FormatName, string> = {
  json: "The detections, the count and density, the scale, and warnings.",
  csv: "One line for each detection, in pixels and in micrometers.",
  geojson: "Points that QuPath shows when the file is dragged onto the image.",
  midog: "Points in millimeters, as grand-challenge.org takes them for MIDOG.",
  overlay: "The image with a circle around each detection and a scale bar.",
  heatmap: "The image colored by the probabilities of all scored windows.",
};

/** What is read of the OpenAPI document. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>;
}

/** Makes `docs/reference.md`, except for its formatting. It starts a service to ask it. */
export async function reference(): Promise<string> {
  const { description, metrics } = await askService();
  return `# Reference

This page is generated: \`deno task docs\` writes it from the tables of the program. Change those, not
this page.

## Settings

A setting is an environment variable, an option of the command in small letters (\`PORT\` is \`--port\`),
or a line of a [settings file](command-line.md#settings-file). An empty variable counts as not set. \`--help\` after a command lists the settings that it
reads. [Operation](operation.md) explains what they do under load.

${settingsTable()}

## Routes

${routesTable(description)}

These pages are not part of the OpenAPI document: \`GET /\` (the API, to try it), \`GET /app\` (the page for
images), \`GET /app/model\` (the model card), \`GET /openapi.json\` (OpenAPI 3.1 of the routes above) and
\`GET /swagger.json\` (Swagger 2.0 of IBM's two routes). [The API](api.md) explains requests and answers.

## Search options

These are parameters of the query of \`POST /model/detect\`, and options of the command \`detect\`:
\`?threshold=0.9\` is \`--threshold 0.9\`. An empty value counts as left out.

${
    table(
      ["option", "meaning"],
      Object.entries(optionMeanings).map(([name, meaning]) => [code(name), sentence(meaning)]),
    )
  }

## Output formats

These are the values of \`format\`, of the route and of the command. The default is \`json\`.

${
    table(
      ["format", "media type", "file name ends with", "content"],
      Object.entries(formats).map(([name, { mediaType, extension }]) => [
        code(name),
        code(mediaType),
        code(extension),
        contentsOfFormats[name as FormatName],
      ]),
    )
  }

## Problems

The service answers a request that it refuses with the status and the code. [Errors](api.md#errors)
shows an answer. A command prints the title and the message, and exits with 1.

${
    table(
      ["code", "status", "title"],
      Object.entries(problems).map(([name, { status, title }]) => [
        code(name),
        String(status),
        title,
      ]),
    )
  }

## Metrics

\`GET /metrics\` gives these.

${
    table(
      ["metric", "type", "labels", "meaning"],
      metrics.map(({ name, type, labels, help }) => [
        code(name),
        type,
        labels.map(code).join(", "),
        sentence(help),
      ]),
    )
  }
`;
}

/** Asks a service for its description and its metrics, after one request that it answers and one that it refuses. */
async function askService(): Promise<
  { readonly description: Description; readonly metrics: readonly MetricRow[] }
> {
  const set: Record<string, string> = { INFERENCE_WORKERS: "0", LOG_FORMAT: "none" };
  const service = createService(readConfig((name) => set[name]));
  const get = async (path: string) =>
    await service.fetch(new Request(new URL(path, "http://localhost")));
  try {
    await service.load();
    const description: Description = await (await get("/openapi.json")).json();
    await get("/nowhere");
    return { description, metrics: readMetrics(await (await get("/metrics")).text()) };
  } finally {
    await service.close();
  }
}

function settingsTable(): string {
  return table(
    ["variable", "default", "accepts", "meaning"],
    Object.values(settings).map((setting: Setting<unknown>) => [
      code(setting.env),
      setting.env === "INFERENCE_WORKERS" ? "number of cores" : code(setting.defaultValue),
      acceptedBy(setting),
      sentence(setting.meaning),
    ]),
  );
}

/** Returns what a setting accepts, in the words with which it refuses anything else. */
function acceptedBy({ parse }: Setting<unknown>): string {
  try {
    parse("\0");
    return "text";
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : "";
  }
}

function routesTable({ paths }: Description): string {
  return table(
    ["route", "what it does"],
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => [
        code(`${method.toUpperCase()} ${path}`),
        sentence(summary),
      ])
    ),
  );
}
