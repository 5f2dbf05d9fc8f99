/**
 * `deno run -A bench/patch.ts`: times the steps of scoring one patch: decoding, inference, and the
 * whole request over a socket. The steps take turns in one process.
 *
 * @module
 */
import { decodePatch } from "../src/patch/decode_patch.ts";
import { listen } from "../src/service/listener.ts";
import { createService } from "../src/service/service.ts";
import { readConfig } from "../src/config.ts";
import { loadClassifier } from "../src/patch/load.ts";
import { median } from "./statistics.ts";
import { timeInterleaved } from "./interleaved.ts";

const ROUNDS = 400;

const config = readConfig((name) => ({ INFERENCE_WORKERS: "1" })[name]);
const service = createService(config, { writeLog() {} });
const classifier = await service.load();
const inProcess = await loadClassifier({ ...config, inferenceWorkers: 0 });
const listener = await listen({ ...config, host: "127.0.0.1", port: 0 }, service.fetch);
const url = `http://127.0.0.1:${listener.port}/model/predict`;
const png = await Deno.readFile(new URL("../model/samples/metaphase.png", import.meta.url));
const { input } = classifier.bundle.manifest;

/** The steps to time, by their name in the table. */
const STEPS: Record<string, () => unknown> = {
  "decode the PNG": () => decodePatch(png, input),
  "inference, same thread": () => inProcess.score([decodePatch(png, input)]),
  "inference in a Worker": () => classifier.score([decodePatch(png, input)]),
  "whole request, PNG as body": () =>
    request({ headers: { "content-type": "image/png" }, body: png }),
  "whole request, form": () => {
    const form = new FormData();
    form.append("image", new File([png], "patch.png"));
    return request({ body: form });
  },
};

/** Sends a request to the service and reads the response. */
async function request(init: RequestInit): Promise<void> {
  const response = await fetch(url, { method: "POST", ...init });
  await response.arrayBuffer();
}

const times = await timeInterleaved(
  Object.values(STEPS).map((step) => async () => await step()),
  ROUNDS,
);
const medians = Object.fromEntries(
  Object.keys(STEPS).map((name, i) => [name, median(times[i] ?? [])]),
);
const timeOf = (name: keyof typeof STEPS) => medians[name] ?? NaN;

const decode = timeOf("decode the PNG");
const inference = timeOf("inference, same thread") - decode;
const form = timeOf("whole request, form");
const { name, version } = classifier.bundle.manifest;
console.log(`One patch, ${name} ${version}, medians of ${ROUNDS} rounds:`);
for (const step of Object.keys(STEPS)) {
  console.log(`  ${step.padEnd(28)} ${timeOf(step).toFixed(2)} ms`);
}
console.log(`  inference alone              ${inference.toFixed(2)} ms`);
console.log(
  `HTTP, form, decoding and messages to the Worker add ${(form - inference).toFixed(2)} ms, ` +
    `which is ${((form - inference) / inference).toFixed(2)} of the inference ` +
    `(including the client, which is in the same process).`,
);
listener.abort();
await service.close();
await inProcess.engine.close();
Deno.exit();
