import { deepEqual } from "node:assert/strict";
import { prometheus, prometheusTest } from "../optional.ts";
import { formWith, listen, post, sample } from "../service.ts";

const dashboard = new URL("../../ops/grafana/dashboard.json", import.meta.url);
/** The time over which rates are taken. Prometheus scrapes once a second; a rate needs two scrapes. */
const RATE_INTERVAL = "10s";
const TIMEOUT_MS = 60_000;

prometheusTest("a real Prometheus finds data for every query of the dashboard", async () => {
  await using service = await listen();
  await using server = await startPrometheus(new URL(service.url).host);
  const patch = await sample("metaphase");
  let withoutData = await queries();
  const end = performance.now() + TIMEOUT_MS;
  while (withoutData.length > 0 && performance.now() < end) {
    // Rates need a continuing stream of answers and of refusals.
    for (const body of [formWith(patch, patch), formWith(new Uint8Array(9))]) {
      await (await service.request("/model/predict", post(body))).arrayBuffer();
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
    const found = await Promise.all(withoutData.map((query) => server.hasData(query)));
    withoutData = withoutData.filter((_, i) => !found[i]);
  }
  deepEqual(withoutData, []);
});

/** Returns the dashboard's queries, with values for its variables as Grafana inserts them. */
async function queries(): Promise<string[]> {
  const text = await Deno.readTextFile(dashboard);
  const found = [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)];
  return found.map(([, expr = ""]) =>
    String(JSON.parse(expr)).replaceAll("$instance", ".*").replaceAll(
      "$__rate_interval",
      RATE_INTERVAL,
    )
  );
}

/** Starts a Prometheus that scrapes `target`. */
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
  const address = await readAddress(process.stderr);
  return {
    /** Returns whether a query has any data. Throws when Prometheus does not accept the query. */
    async hasData(query: string): Promise<boolean> {
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

/** Returns the address that Prometheus logs. Reads on to the end of the log, so that its pipe never fills. */
function readAddress(log: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const found = Promise.withResolvers<string>();
  (async () => {
    let text = "";
    for await (const chunk of log.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const address = /"address":"([^"]+)"[^\n]*"msg":"Listening on"/.exec(text)?.[1];
      if (address !== undefined) found.resolve(address);
    }
    found.reject(new Error(`Prometheus did not listen: ${text}`));
  })();
  return found.promise;
}
