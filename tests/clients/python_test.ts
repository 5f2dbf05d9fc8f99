import { equal, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { decode, encode } from "fast-png";
import { loadClassifier } from "../../src/library/mod.ts";
import { version } from "../../src/version.ts";
import { run } from "../deploy/container/root.ts";
import { checkerTest, pythonTest } from "../optional.ts";
import { type DisposableProcess, freePort, programAt } from "../program.ts";
import { listen, sample } from "../service.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const client = `${root}clients/python`;

pythonTest(
  "the Python client scores patches and searches fields, blocking and with asyncio",
  ["httpx", "pytest"],
  async (python) => {
    await using service = await listen({ API_KEYS: "a-key" });
    const env = {
      PYTHONPATH: `${client}/src`,
      PYTHONDONTWRITEBYTECODE: "1",
      MITOSIS_URL: service.url,
      MITOSIS_KEY: "a-key",
      MITOSIS_SAMPLES: `${root}model/samples`,
    };
    const { success, stdout, stderr } = await new Deno.Command(python, {
      args: ["-m", "pytest", "-q", "-p", "no:cacheprovider", `${client}/tests`],
      env,
    }).output();
    ok(success, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
  },
);

checkerTest("the Python client is formatted and typed", ["ruff", "mypy"], async (ruff, mypy) => {
  await run(ruff, "check", "--no-cache", client);
  await run(ruff, "format", "--check", "--no-cache", client);
  await run(mypy, "--strict", "--cache-dir=/dev/null", `${client}/src`);
});

Deno.test("the Python client has the version of the program", async () => {
  const project = await Deno.readTextFile(`${client}/pyproject.toml`);
  equal(/^version = "(.*)"$/m.exec(project)?.[1], version);
});

/** Patches that differ, cut from the sample field: how many across and down. */
const ACROSS = 8;
const ROUNDS = 16;
const BATCH = 4;

/** Patches that the service admits at a time. The client offers four times as many. */
const QUEUE_SIZE = 8;
const CONCURRENCY = 4 * QUEUE_SIZE / BATCH;

/** Cuts patches from the sample field. Returns the files in the order of their names. */
async function writePatches(folder: string): Promise<Uint8Array[]> {
  const field = decode(await sample("field"));
  const files: Uint8Array[] = [];
  for (let n = 0; n < ACROSS ** 2; n++) {
    const [left, top] = [(n % ACROSS) * 120, Math.floor(n / ACROSS) * 120];
    const data = new Uint8Array(64 * 64 * 3);
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 64; x++) {
        for (let c = 0; c < 3; c++) {
          const at = ((top + y) * field.width + left + x) * field.channels + c;
          data[(y * 64 + x) * 3 + c] = field.data[at] ?? 0;
        }
      }
    }
    const png = encode({ width: 64, height: 64, channels: 3, depth: 8, data });
    files.push(png);
    await Deno.writeFile(`${folder}/${String(n).padStart(3, "0")}.png`, png);
  }
  return files;
}

pythonTest(
  "under four times the load that fits, with a stop and a restart, the Python client scores every patch once",
  ["httpx"],
  async (python) => {
    const folder = await Deno.makeTempDir();
    const port = freePort();
    const start = () =>
      programAt(port, {
        HOST: "127.0.0.1",
        INFERENCE_WORKERS: "1",
        QUEUE_SIZE: String(QUEUE_SIZE),
        SHUTDOWN_GRACE_MS: "0",
      });
    let service: DisposableProcess | undefined;
    try {
      const files = await writePatches(folder);
      await using classifier = await loadClassifier();
      const expected = await classifier.predict(files);
      ok(new Set(expected).size > 32, "the patches differ");

      service = start();
      const script = new Deno.Command(python, {
        args: [`${client}/tests/overload.py`, folder, ...[ROUNDS, BATCH, CONCURRENCY].map(String)],
        env: {
          PYTHONPATH: `${client}/src`,
          PYTHONDONTWRITEBYTECODE: "1",
          MITOSIS_URL: `http://127.0.0.1:${port}`,
        },
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      let [text, restarts] = ["", 0];
      for await (const part of script.stdout.pipeThrough(new TextDecoderStream())) {
        text += part;
        const done = [...text.matchAll(/"done": (\d+)/g)].length * BATCH;
        if (restarts === 0 && done >= files.length * ROUNDS / 4) {
          restarts++;
          service.kill("SIGTERM");
          await service.status;
          service = start();
        }
      }
      equal((await script.status).code, 0);
      const { probabilities, answers } = JSON.parse(text.trim().split("\n").at(-1) ?? "");
      equal(restarts, 1);
      equal(probabilities.length, files.length * ROUNDS);
      for (const [i, probability] of probabilities.entries()) {
        const wanted = expected[i % files.length] ?? NaN;
        ok(Math.abs(probability - wanted) < 1e-6, `patch ${i}: ${probability}, not ${wanted}`);
      }
      // As many answers as batches: no batch was scored for the client twice.
      equal(answers["200"], files.length * ROUNDS / BATCH);
      ok(answers["429"] > 0, "the service was not overloaded");
      ok((answers["0"] ?? 0) + (answers["503"] ?? 0) > 0, "the client did not notice the restart");
      console.log(`answers by status: ${JSON.stringify(answers)}`);
    } finally {
      await service?.[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
