import { deepEqual } from "node:assert/strict";
import { prometheus, prometheusTest } from "../optional.ts";
import { formWith, listen, post, sample } from "../service.ts";

const dashboard = new URL("../../ops/grafana/dashboard.json", import.meta.url);
/** Prometheus asks once a second; a rate takes two answers. */
const WINDOW = "10s";
const LONGEST_MS = 60_000;

prometheusTest("a real Prometheus finds data for every query of the dashboard", async () => {
  await using service = await listen();
  await using server = await startPrometheus(new URL(service.url).host);
  const patch = await sample("metaphase");
  const wanted = await queries();
  let empty = wanted;
  const until = performance.now() + LONGEST_MS;
  while (empty.length > 0 && performance.now() < until) {
    // Every rate needs something that goes on: answers, and refusals.
    for (const body of [formWith(patch, patch), formWith(new Uint8Array(9))]) {
      await (await service.request("/model/predict", post(body))).arrayBuffer();
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
    const found = await Promise.all(empty.map((query) => server.has(query)));
    empty = empty.filter((_, i) => !found[i]);
  }
  deepEqual(empty, []);
});

/** The dashboard's queries, with its variables as Grafana fills them in. */
async function queries(): Promise<string[]> {
  const text = await Deno.readTextFile(dashboard);
  const found = [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)];
  return found.map(([, expr = ""]) =>
    String(JSON.parse(expr)).replaceAll("$instance", ".*").replaceAll("$__rate_interval", WINDOW)
  );
}

/** A Prometheus of its own, which scrapes `target`. */
async function startPrometheus(target: string) {
  const folder = await Deno.makeTempDir();
  const config = `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: mitosis
    static_configs: [{ targets: ["${target}"] }]
`;
  await Deno.writeTextFile(`${folder}/prometheus.yml`, config);
  const process = new Deno.Command(prometheus, {
    args: [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      "--web.listen-address=127.0.0.1:0",
      "--log.format=json",
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const address = await listensAt(process.stderr);
  return {
    /** Whether a query is understood and gives anything. */
    async has(query: string): Promise<boolean> {
      const response = await fetch(`http://${address}/api/v1/query`, {
        method: "POST",
        body: new URLSearchParams({ query }),
      });
      const { status, error, data } = await response.json();
      if (status !== "success") throw new Error(`${query}: ${error}`);
      return data.result.length > 0;
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The address that Prometheus logs; the log is read to its end, so that it does not fill up. */
function listensAt(log: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const listens = Promise.withResolvers<string>();
  (async () => {
    let text = "";
    for await (const chunk of log.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const address = /"address":"([^"]+)"[^\n]*"msg":"Listening on"/.exec(text)?.[1];
      if (address !== undefined) listens.resolve(address);
    }
    listens.reject(new Error(`Prometheus did not listen: ${text}`));
  })();
  return listens.promise;
}
