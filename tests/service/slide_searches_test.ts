import { deepEqual, equal, match, ok } from "node:assert/strict";
import { runProgram, startProgram } from "../program.ts";
import { startService, type TestService } from "../service.ts";
import { svsOf } from "../slide/svs.ts";
import { drawnSlide, MITOSES } from "../slide_search/memory_slide.ts";

const APERIO = "Aperio Image Library v12.0.0 \r\n2600x2000 (256x256)|AppMag = 40";

const svs = svsOf(await drawnSlide(), `${APERIO}|MPP = 0.25`);

/** `printf %s a.svs | sha256sum | cut -c1-24` */
const A = "8357aa463198c1a678efce21";

const RESULTS = {
  json: ".json",
  csv: ".csv",
  geojson: ".geojson",
  midog: ".midog.json",
  png: ".png",
} as const;

/** A folder with a slide, and one for results, which are removed in the end. */
async function folders() {
  const top = await Deno.makeTempDir();
  const [slides, results] = [`${top}/slides`, `${top}/results`];
  await Deno.mkdir(slides);
  await Deno.writeFile(`${slides}/a.svs`, svs);
  return {
    top,
    slides,
    results,
    env: { SLIDES_DIR: slides, RESULTS_DIR: results, LOG_FORMAT: "json" },
    [Symbol.asyncDispose]: () => Deno.remove(top, { recursive: true }),
  };
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Starts a search with options. */
async function search(ask: Ask, options: unknown = { threshold: 0.7 }) {
  const response = await ask(`/slides/${A}/searches`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(options),
  });
  const body = await response.json();
  return { status: response.status, body, location: response.headers.get("location") ?? "" };
}

async function get(ask: Ask, path: string) {
  const response = await ask(path);
  return { status: response.status, body: await response.json() };
}

/** Follows a search to its end, and returns its events. */
async function follow(ask: Ask, location: string) {
  const response = await ask(location, { headers: { accept: "text/event-stream" } });
  equal(response.status, 200);
  return eventsIn(await response.text());
}

function eventsIn(text: string) {
  return [...text.matchAll(/event: (\w+)\ndata: (.*)\n/g)]
    .map(([, event = "", data = ""]) => ({ event, data: JSON.parse(data) }));
}

const askOf = (service: TestService): Ask => service.request;

Deno.test("a search gives the files of the command line, byte for byte, and the same search again", async () => {
  await using place = await folders();
  await using service = await startService(place.env);
  const ask = askOf(service);
  const started = await search(ask);
  equal(started.status, 202);
  equal(started.location, `/slides/${A}/searches/${started.body.id}`);
  ok(["queued", "running"].includes(started.body.state));
  equal("result" in started.body, false);
  const early = await get(ask, `${started.location}/json`);
  deepEqual([early.status, early.body.code], [409, "search_not_done"]);
  const again = await search(ask, { tta: 1, threshold: 0.7, hotspotMm2: 2, score: "cap" });
  equal(again.body.id, started.body.id);

  const events = await follow(ask, started.location);
  const last = events.at(-1);
  equal(last?.event, "result");
  ok(events.slice(0, -1).every(({ event, data }) => event === "progress" && !("count" in data)));
  const done = (await get(ask, started.location)).body;
  deepEqual(done, last?.data);
  deepEqual([done.state, done.result.summary.count], ["done", MITOSES.length]);
  deepEqual(done.progress, { done: 1, tilesDone: 20, tiles: 20 });
  deepEqual(Object.keys(done.files), Object.keys(RESULTS));
  equal((await search(ask)).body.state, "done");
  equal((await get(ask, `/slides/${A}`)).body.search.id, done.id);

  const cli = ["slide", `${place.slides}/a.svs`, "--threshold", "0.7", "--out", `${place.top}/cli`];
  equal((await runProgram("slide", ...cli)).code, 0);
  for (const [format, ending] of Object.entries(RESULTS)) {
    const file = await ask(done.files[format]);
    equal(file.status, 200);
    equal(file.headers.get("content-disposition"), `attachment; filename="${A}${ending}"`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    deepEqual(bytes, await Deno.readFile(`${place.top}/cli/a.svs${ending}`), format);
  }
  for (const [format, status] of [["dcm", 404], ["txt", 400], ["constructor", 400]] as const) {
    equal((await get(ask, `${started.location}/${format}`)).status, status);
  }

  // Another way to count takes the tiles that are searched already.
  const [tiles] = await metric(ask, "mitosis_slide_tiles_total");
  equal(tiles, "20");
  const tupac = await search(ask, { threshold: 0.7, score: "tupac" });
  ok(tupac.body.id !== done.id);
  const counted = (await follow(ask, tupac.location)).at(-1)?.data;
  deepEqual([counted.result.score.convention, counted.result.summary.count], ["tupac", 5]);
  deepEqual(await metric(ask, "mitosis_slide_tiles_total"), ["20"]);
  deepEqual(await metric(ask, 'mitosis_slides_total{outcome="done"}'), ["2"]);

  const log = service.logged.join("\n");
  match(log, new RegExp(`"slide":"${A}","search":"${done.id}","outcome":"done"`));
  ok(!log.includes("a.svs") && !log.includes(place.top), log);
  deepEqual(service.reported, []);
});

/** Returns the values of a metric. */
async function metric(ask: Ask, name: string): Promise<string[]> {
  const text = await (await ask("/metrics")).text();
  return text.split("\n").filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));
}

Deno.test("searches wait in a bounded queue, and are cancelled and started again", async () => {
  await using place = await folders();
  await using service = await startService({ ...place.env, MAX_QUEUED_SLIDES: "1" });
  const ask = askOf(service);
  const cancel = async (path: string) => {
    const response = await ask(path, { method: "DELETE" });
    return { status: response.status, body: await response.json() };
  };
  const first = await search(ask, { threshold: 0.7 });
  const second = await search(ask, { threshold: 0.8 });
  deepEqual([second.status, second.body.state], [202, "queued"]);
  const third = await ask(`/slides/${A}/searches`, { method: "POST" });
  equal(third.status, 429);
  match(third.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  equal((await third.json()).code, "overloaded");
  const cancelled = follow(ask, first.location);
  deepEqual((await cancel(first.location)).body.state, "cancelled");
  const error = (await cancelled).at(-1);
  deepEqual([error?.event, error?.data.code], ["error", "search_cancelled"]);
  equal((await get(ask, first.location)).body.state, "cancelled");
  const again = await search(ask, { threshold: 0.7 });
  deepEqual([again.body.id, again.body.state], [first.body.id, "queued"]);
  equal((await cancel(again.location)).body.state, "cancelled");
  const done = (await follow(ask, second.location)).at(-1)?.data;
  equal(done.result.summary.count, MITOSES.length);
  deepEqual((await cancel(second.location)).body, done);
  deepEqual(await metric(ask, 'mitosis_slides_total{outcome="cancelled"}'), ["2"]);
  const unknown = await cancel(`/slides/${A}/searches/${A}`);
  deepEqual([unknown.status, unknown.body.code], [404, "search_unknown"]);
});

Deno.test("options that are wrong, slides without scale and settings that are missing are refused", async () => {
  await using place = await folders();
  await Deno.writeFile(`${place.slides}/a.svs`, svsOf(await drawnSlide(), APERIO));
  await using service = await startService(place.env);
  const ask = askOf(service);
  const square = (side: number) => [[0, 0], [side, 0], [side, side], [0, side], [0, 0]];
  const polygon = (ring: unknown) => ({ type: "Polygon", coordinates: [ring] });
  for (
    const [options, code, message] of [
      [{}, "scale_missing", /give mpp/],
      [{ mpp: 5 }, "request_invalid", /option 'mpp'/],
      [{ mpp: "0.25" }, "request_invalid", /option 'mpp'/],
      [{ mpp: null }, "request_invalid", /option 'mpp'/],
      [{ tta: 2 }, "request_invalid", /option 'tta'/],
      [{ threshold: true }, "request_invalid", /option 'threshold'/],
      [
        { hotspot: 2 },
        "request_invalid",
        /options that do not exist: hotspot\. There are threshold/,
      ],
      [{ hotspotMm2: 50 }, "request_invalid", /it must be a number from 0.1 to 20/],
      [{ score: "best" }, "request_invalid", /it must be cap, tupac or hpf/],
      [{ score: "hpf" }, "request_invalid", /score hpf needs hpfDiameter/],
      [{ hpf: 10 }, "request_invalid", /hpf needs hpfDiameter/],
      [[], "request_invalid", /JSON object/],
      [{ mpp: 0.25, region: { type: "Point", coordinates: [1, 2] } }, "region_invalid", /Polygon/],
      [
        { mpp: 0.25, region: polygon(Array.from({ length: 10_002 }, () => [1, 2])) },
        "region_invalid",
        /10001 corners; at most 10000/,
      ],
      [{ mpp: 0.25, region: [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]] }, "region_invalid", /nested/],
    ] as const
  ) {
    const { status, body } = await search(ask, options);
    deepEqual([status, body.code], [400, code], JSON.stringify(options).slice(0, 80));
    match(body.message, message);
  }
  const post = (body: string, type: string) =>
    ask(`/slides/${A}/searches`, { method: "POST", headers: { "content-type": type }, body });
  equal((await (await post("{", "application/json")).json()).code, "request_invalid");
  equal((await post("{}", "text/plain")).status, 415);
  equal((await post(" ".repeat(2 ** 20 + 1), "application/json")).status, 413);
  const outside = await search(ask, { mpp: 0.25, region: polygon(square(10)) });
  equal(outside.status, 202);
  const result = (await follow(ask, outside.location)).at(-1);
  equal(result?.event, "result");

  await using without = await startService({ SLIDES_DIR: place.slides });
  const refused = await search(askOf(without));
  deepEqual([refused.status, refused.body.code], [403, "slide_searches_disabled"]);
  match(refused.body.message, /RESULTS_DIR/);
});

Deno.test("results that are too old or too much are removed, and a full folder is a sentence", async () => {
  await using place = await folders();
  const folderOf = (id: string) => `${place.results}/${A}/${id}`;
  const big = async (id: string) => {
    await Deno.writeFile(`${folderOf(id)}/result.json`, new Uint8Array(2 ** 20));
  };
  const env = { ...place.env, RESULTS_MAX_BYTES: String(2 ** 20) };
  let [first, second] = ["", ""];
  {
    await using service = await startService(place.env);
    const ask = askOf(service);
    for (const threshold of [0.7, 0.8]) {
      const { body, location } = await search(ask, { threshold });
      await follow(ask, location);
      [first, second] = [second, body.id];
    }
    // Another process may not use the folder meanwhile.
    await using other = await startService(place.env);
    const refused = await askOf(other)(`/slides/${A}/searches/${first}`);
    equal(refused.status, 503);
    equal(refused.headers.get("retry-after"), "5");
    const { code, message } = await refused.json();
    equal(code, "results_unavailable");
    match(message, /is in use by another process/);
  }
  await big(first);
  {
    await using service = await startService(env);
    equal((await get(askOf(service), `/slides/${A}/searches/${first}`)).status, 404);
    equal((await get(askOf(service), `/slides/${A}/searches/${second}`)).body.state, "done");
    deepEqual((await Array.fromAsync(Deno.readDir(`${place.results}/${A}`))).length, 1);
  }
  // A search that has not ended is never removed, so that it leaves no room.
  const job = `${folderOf(second)}/job.json`;
  const { endedAt: _, ...unfinished } = JSON.parse(await Deno.readTextFile(job));
  await Deno.writeTextFile(job, JSON.stringify({ ...unfinished, state: "queued" }));
  await Deno.remove(`${folderOf(second)}/journal`);
  await big(second);
  {
    await using service = await startService({ ...env, RESULTS_MAX_DAYS: "1" });
    const ask = askOf(service);
    const { status, body } = await search(ask, { threshold: 0.9 });
    deepEqual([status, body.code], [507, "results_full"]);
    match(body.message, /at most 1048576 are kept \(RESULTS_MAX_BYTES\)/);
    const done = (await follow(ask, `/slides/${A}/searches/${second}`)).at(-1);
    equal(done?.data.result.summary.count, MITOSES.length);
    equal((await search(ask, { threshold: 0.9 })).status, 202);
  }
  await Deno.remove(place.results, { recursive: true });
  await Deno.writeTextFile(place.results, "a file in its place");
  await using service = await startService(env);
  const { status, body } = await search(askOf(service));
  deepEqual([status, body.code], [503, "results_unavailable"]);
  match(body.message, /\(RESULTS_DIR\) cannot be written: .*Try again in 5 s/);
  ok(!body.message.includes(place.top), body.message);
});

Deno.test({
  name: "after SIGTERM and after a crash a search goes on, with the same bytes in the end",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using place = await folders();
    const run = () =>
      startProgram(
        [],
        {
          ...place.env,
          INFERENCE_WORKERS: "1",
          SHUTDOWN_GRACE_MS: "0",
        },
        undefined,
        [`--allow-read=deno.json,src,model,${place.top}`, `--allow-write=${place.top}`],
      );
    const asker = (url: string): Ask => (path, init) => fetch(new URL(path, url), init);
    let location = "";
    const journal = () =>
      Deno.readTextFile(`${place.results}${location.replace(/\/slides|\/searches/g, "")}/journal`);
    const lines = async () => (await journal().catch(() => "")).split("\n").length - 2;
    const until = async (ask: Ask, count: number) => {
      while (await lines() < count) {
        const { state, problem } = (await get(ask, location)).body;
        ok(["queued", "running"].includes(state), `${state}: ${problem?.message}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    {
      await using program = await run();
      const ask = asker(program.url);
      ({ location } = await search(ask));
      const events = follow(ask, location);
      await until(ask, 2);
      program.process.kill("SIGTERM");
      const last = (await events).at(-1);
      deepEqual([last?.event, last?.data.code], ["error", "stopping"]);
      equal((await program.process.status).code, 0);
    }
    const stoppedAt = await lines();
    ok(stoppedAt >= 2 && stoppedAt < 20, `${stoppedAt} tiles`);
    {
      await using program = await run();
      equal((await get(asker(program.url), location)).status, 200);
      await until(asker(program.url), stoppedAt + 2);
      program.process.kill("SIGKILL");
      await program.process.status;
    }
    ok(await lines() < 20);
    await using program = await run();
    const ask = asker(program.url);
    const done = (await follow(ask, location)).at(-1);
    equal(done?.event, "result");
    const once = await (await startOnce(place.slides)).json();
    const resumed = await (await ask(done?.data.files.json)).json();
    deepEqual(resumed, once);
    equal(resumed.detections.length, MITOSES.length);
  },
});

/** Searches the slide in one go, and returns its JSON. */
async function startOnce(slides: string): Promise<Response> {
  const results = await Deno.makeTempDir();
  try {
    await using service = await startService({ SLIDES_DIR: slides, RESULTS_DIR: results });
    const { location } = await search(askOf(service));
    const done = (await follow(askOf(service), location)).at(-1);
    const response = await askOf(service)(done?.data.files.json);
    return new Response(await response.arrayBuffer());
  } finally {
    await Deno.remove(results, { recursive: true });
  }
}
