import { deepEqual, equal, match, ok } from "node:assert/strict";
import { parse } from "npm:yaml@2.9.1";
import { rootTest, shared, sharedRootTest } from "../optional.ts";
import { freePort } from "../program.ts";
import { drawnField } from "../search/field_picture.ts";
import { formWith, post, sample } from "../service.ts";
import { svsOf } from "../slide/svs.ts";
import { GLASS, paste, plainPicture } from "../slide_search/memory_slide.ts";
import { drawnSlide } from "../slide/drawn_slide.ts";
import { Builder, type Image } from "./container/build.ts";
import { completeRoot, type Container, start } from "./container/container.ts";
import { copyContext } from "./container/context.ts";
import { readDockerfile } from "./container/dockerfile.ts";
import { run } from "./container/root.ts";

const root = new URL("../../", import.meta.url).pathname;
const work = await Deno.makeTempDir({ prefix: "container-" });
Deno.test.afterAll(async () => {
  await run("rm", "-rf", work);
});

await Deno.mkdir(`${work}/weights`);
const contextPaths = await copyContext(root, `${work}/context`);
const builder = new Builder(readDockerfile(await Deno.readTextFile(`${root}Dockerfile`)), {
  context: `${work}/context`,
  contexts: new Map([["weights", `${work}/weights`]]),
  work,
});

rootTest(
  "the Dockerfile's steps make an image that serves read-only, as no one's user",
  async () => {
    const tops = new Set(contextPaths.map((path) => path.split("/")[0]));
    deepEqual([...tops].sort(), ["deno.json", "deno.lock", "deploy", "main.ts", "model", "src"]);
    deepEqual(contextPaths.filter((path) => /\.(py|yaml)$/.test(path)), []);

    const image = await builder.build(new Map([["VERSION", "1.2.3"], ["REVISION", "abc"]]));
    equal(image.user, "65532:65532");
    equal(image.labels.get("org.opencontainers.image.version"), "1.2.3");
    equal(image.labels.get("org.opencontainers.image.revision"), "abc");
    const packages = await Array.fromAsync(Deno.readDir(`${image.root}/deno-dir/npm`));
    equal(packages.length, 1);
    const names = await Array.fromAsync(
      Deno.readDir(`${image.root}/deno-dir/npm/${packages[0]?.name}`),
    );
    ok(names.some(({ name }) => name === "hono"));
    ok(!names.some(({ name }) => name === "pngjs"), "a package of the tests is in the image");

    await served(image, async (url) => {
      const answer = await fetch(`${url}model/predict`, post(formWith(await sample("metaphase"))));
      equal(answer.status, 200);
      const { predictions: [{ probability }] } = await answer.json();
      ok(probability > 0.5 && probability <= 1);
      const { slides: [slide] } = await (await fetch(`${url}slides`)).json();
      equal(slide.width, 500);
      const picture = await fetch(`${url}slides/${slide.id}/iiif/full/max/0/default.jpg`);
      equal(picture.status, 200, await picture.text());
    });
    await searchesInShards(image);
  },
);

sharedRootTest("with MODEL=ibm the image imports IBM's weights and serves them", async () => {
  await Deno.copyFile(
    `${shared}/ibm-max/deep_histopath_model.hdf5`,
    `${work}/weights/deep_histopath_model.hdf5`,
  );
  await served(await builder.build(new Map([["MODEL", "ibm"]])), async (url) => {
    const { name } = await (await fetch(`${url}model/metadata`)).json();
    equal(name, "MAX Breast Cancer Mitosis Detector Keras Model");
  });
});

/** Runs the Jobs of Kubernetes that search a slide in shards and merge them, with two shards. */
async function searchesInShards(image: Image): Promise<void> {
  const volumes = { "/slides": `${work}/slides`, "/results": `${work}/results` };
  for (const folder of Object.values(volumes)) await Deno.mkdir(folder);
  await Deno.chmod(`${work}/results`, 0o777);
  const picture = plainPicture(2600, 600, GLASS);
  paste(picture, await drawnField(2400, 400, [{ x: 300, y: 200 }, { x: 2200, y: 100 }]), 100, 100);
  await Deno.writeFile(`${work}/slides/a.svs`, svsOf(picture, "Aperio Image|MPP = 0.25"));
  for (const [file, index] of [["shards", 0], ["shards", 1], ["merge", 0]] as const) {
    const path = `${root}deploy/kubernetes/slides/${file}.yaml`;
    const { template } = parse(await Deno.readTextFile(path)).spec;
    const { command, args } = template.spec.containers[0];
    const values: Record<string, string> = {
      SLIDE: "a.svs",
      SHARDS: "2",
      JOB_COMPLETION_INDEX: `${index}`,
    };
    const argv = [...command, ...args].map((word: string) =>
      word.replace(/\$\((\w+)\)/g, (_, name) => values[name] ?? "")
    );
    await using job = start(image, argv, { INFERENCE_WORKERS: "1" }, volumes);
    equal((await job.status).code, 0, argv.join(" "));
  }
  const { detections } = JSON.parse(await Deno.readTextFile(`${work}/results/a.svs.json`));
  equal(detections.length, 2);
}

/** Starts an image, tries it, and asks it to stop. */
async function served(image: Image, tryIt: (url: string) => Promise<void>): Promise<void> {
  await completeRoot(image);
  await Deno.mkdir(`${image.root}/slides`, { recursive: true });
  await Deno.writeFile(`${image.root}/slides/a.svs`, drawnSlide());
  const port = freePort();
  const env = {
    PORT: String(port),
    INFERENCE_WORKERS: "1",
    SHUTDOWN_GRACE_MS: "0",
    LOG_FORMAT: "none",
    SLIDES_DIR: "/slides",
  };
  const isHealthy = async () => {
    await using check = start(image, image.healthcheck, env);
    return (await check.status).success;
  };
  equal(await isHealthy(), false);
  await using service = start(image, [...image.entrypoint, ...image.cmd], env);
  const url = `http://127.0.0.1:${port}/`;
  await ready(url, service);
  equal(await isHealthy(), true);
  await tryIt(url);

  const status = await Deno.readTextFile(`/proc/${await service.pid()}/status`);
  match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
  match(status, /^Groups:\s*$/m);
  match(status, /^CapEff:\t0+$/m);
  const mounts = await Deno.readTextFile(`/proc/${await service.pid()}/mounts`);
  match(mounts, /^\S+ \/ \S+ ro[, ]/m);

  await service.kill(image.stopSignal as Deno.Signal);
  equal((await service.status).code, 0);
}

async function ready(url: string, { status }: Container): Promise<void> {
  let ended = false;
  status.then(() => ended = true);
  while (!ended) {
    const answer = await fetch(`${url}v2/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The image's program ended before it was ready.");
}
