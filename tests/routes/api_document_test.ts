/**
 * Checks the API document with the linters Redocly and Spectral, and makes clients of it with
 * openapi-typescript and openapi-python-client, which then talk to a service.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "npm:@redocly/openapi-core@2.64.0";
import spectralCore from "npm:@stoplight/spectral-core@1.24.1";
import spectralRulesets from "npm:@stoplight/spectral-rulesets@1.23.1";
import openapiTypeScript, { astToString } from "npm:openapi-typescript@7.13.0";
// The client below imports it; this line brings it into tests/deno.lock.
import "npm:openapi-fetch@0.17.0";
import typescript from "npm:typescript@5.9.3";
import { checkerTest } from "../optional.ts";
import { run } from "../deploy/container/root.ts";
import { listen, startService } from "../service.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const samples = `${root}model/samples/`;
const KEY = "a-key-of-the-test";

/** The type for files in place of openapi-typescript's `string`, as its documentation advises. */
const BLOB = typescript.factory.createTypeReferenceNode("Blob");

/** Returns the document of a service, with API keys or without. */
async function readDocument(env: Record<string, string>): Promise<string> {
  await using service = await startService({ INFERENCE_WORKERS: "0", ...env });
  return await (await service.request("/openapi.json")).text();
}

for (const [what, env] of [["with", { API_KEYS: KEY }], ["without", {}]] as const) {
  Deno.test(`Redocly and Spectral find no error and no warning in openapi.json ${what} keys`, async () => {
    const document = await readDocument(env);
    const config = await createConfig({ extends: ["recommended"] });
    const found = await lintFromString({ source: document, config });
    deepEqual(found.map(({ ruleId, message }) => `${ruleId}: ${message}`), []);

    const spectral = new spectralCore.Spectral();
    spectral.setRuleset(
      new spectralCore.Ruleset({ extends: [spectralRulesets.oas] }),
    );
    const results = await spectral.run(document);
    deepEqual(
      results.map(({ code, message, path }) => `${code} ${path.join(".")}: ${message}`),
      [],
    );
  });
}

Deno.test("openapi.json requires a key where the service does, except for health", async () => {
  const withKeys = JSON.parse(await readDocument({ API_KEYS: KEY }));
  deepEqual(withKeys.security, [{ apiKey: [] }, { bearer: [] }]);
  equal(withKeys.components.securitySchemes.apiKey.name, "X-API-Key");
  deepEqual(withKeys.paths["/v2/health/ready"].get.security, []);
  deepEqual(JSON.parse(await readDocument({})).security[0], {});
});

/** A program with the types of openapi-typescript, and openapi-fetch, which is made for them. */
const TYPESCRIPT_CLIENT = `
import createClient from "npm:openapi-fetch@0.17.0";
import type { paths } from "./service.d.ts";

const [url = "", key = "", samples = ""] = Deno.args;
const read = async (name: string) => new Blob([await Deno.readFile(samples + name)]);
const client = createClient<paths>({ baseUrl: url, headers: { "X-API-Key": key } });
/** Makes a form of a body; a list becomes one field for each element. */
function bodySerializer(body: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    for (const one of [value].flat()) form.append(name, one);
  }
  return form;
}

const scored = await client.POST("/model/predict", {
  body: { image: [await read("metaphase.png"), await read("stroma.png")] },
  bodySerializer,
});
const found = await client.POST("/model/detect", {
  params: { query: { mpp: 0.25 } },
  body: { image: await read("field.png") },
  bodySerializer,
});
const refused = await client.POST("/model/predict", { body: { image: [new Blob()] }, bodySerializer });
if (typeof found.data !== "object" || !("summary" in found.data)) throw new Error("no detections");
console.log(JSON.stringify([
  scored.data?.predictions.map(({ probability }) => probability),
  found.data.summary.count,
  refused.error?.code,
]));
`;

/** The same with the client that openapi-python-client makes. */
const PYTHON_CLIENT = `
import json, sys
from pathlib import Path
from generated import AuthenticatedClient
from generated.api.model import detect, predict
from generated.models import DetectFilesBody, FieldDetections, PredictFilesBody, Predictions, Problem
from generated.types import File

url, key, samples = sys.argv[1:]
def read(name):
    return File(payload=open(Path(samples) / name, "rb"), file_name=name, mime_type="image/png")

client = AuthenticatedClient(url, token=key, timeout=60)
scored = predict.sync(
    client=client, body=PredictFilesBody(image=[read("metaphase.png"), read("stroma.png")]))
found = detect.sync(client=client, body=DetectFilesBody(image=read("field.png")), mpp=0.25)
empty = File(payload=b"", file_name="empty.png", mime_type="image/png")
refused = predict.sync(client=client, body=PredictFilesBody(image=[empty]))
assert isinstance(scored, Predictions) and isinstance(found, FieldDetections), (scored, found)
assert isinstance(refused, Problem), refused
print(json.dumps([
    [one.probability for one in scored.predictions], found.summary.count, refused.code]))
`;

/** Starts a service with a key and compares what a client printed with the service's own answers. */
async function compareWithService(
  client: (url: string, document: string, folder: string) => Promise<string>,
): Promise<void> {
  await using service = await listen({ API_KEYS: KEY });
  const folder = await Deno.makeTempDir();
  try {
    const send = async (path: string, ...names: string[]) => {
      const form = new FormData();
      for (const name of names) {
        form.append("image", new File([await Deno.readFile(samples + name)], name));
      }
      const init = { method: "POST", body: form, headers: { "X-API-Key": KEY } };
      return await (await fetch(service.url + path, init)).json();
    };
    const { predictions } = await send("model/predict", "metaphase.png", "stroma.png");
    const { summary } = await send("model/detect?mpp=0.25", "field.png");
    ok(predictions[0].probability > 0.9 && predictions[1].probability < 0.1 && summary.count > 1);
    const document = await (await fetch(`${service.url}openapi.json`)).text();
    const printed = JSON.parse(await client(service.url.replace(/\/$/, ""), document, folder));
    const probabilities = predictions.map((one: { probability: number }) => one.probability);
    deepEqual(printed, [probabilities, summary.count, "image_empty"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a client with the types of openapi-typescript compiles and gets the service's answers", async () => {
  await compareWithService(async (url, document, folder) => {
    const nodes = await openapiTypeScript(document, {
      transform: ({ format }) => format === "binary" ? BLOB : undefined,
    });
    await Deno.writeTextFile(`${folder}/service.d.ts`, astToString(nodes));
    await Deno.writeTextFile(`${folder}/client.ts`, TYPESCRIPT_CLIENT);
    const lock = ["--no-config", `--lock=${root}tests/deno.lock`, "--frozen"];
    const args = ["-q", "-A", "--check", ...lock, `${folder}/client.ts`, url, KEY, samples];
    return await run(Deno.execPath(), "run", ...args);
  });
});

checkerTest(
  "the client that openapi-python-client makes gets the service's answers",
  ["openapi-python-client", "python"],
  async (generator, python) => {
    await compareWithService(async (url, document, folder) => {
      await Deno.writeTextFile(`${folder}/openapi.json`, document);
      const output = ["--meta=none", `--output-path=${folder}/generated`];
      await run(generator, "generate", `--path=${folder}/openapi.json`, ...output);
      await Deno.writeTextFile(`${folder}/client.py`, PYTHON_CLIENT);
      return await run(python, `${folder}/client.py`, url, KEY, samples);
    });
  },
);
