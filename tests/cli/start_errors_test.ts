import { equal, match, ok } from "node:assert/strict";
import { freePort, runProgram } from "../program.ts";

/** A start that fails, and what it prints. */
const FAILING_STARTS: readonly {
  readonly what: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly prints: RegExp;
}[] = [
  {
    what: "METRICS_PORT equal to PORT",
    args: ["serve", "--port", "5099", "--metrics-port", "5099"],
    code: 1,
    prints: /METRICS_PORT is 5099, the same as PORT; choose another port, or 0/,
  },
  {
    what: "a HOST that is not this machine's",
    args: ["serve", "--host", "192.0.2.1"],
    code: 1,
    prints: /HOST is '192\.0\.2\.1', which the program has no permission.*--allow-net=192\.0\.2\.1/,
  },
  {
    what: "a HOST that does not exist",
    args: ["serve", "--host", "256.1.1.1"],
    code: 1,
    prints: /HOST is '256\.1\.1\.1', which /,
  },
  {
    what: "a HOST with a port",
    args: ["serve", "--host", "127.0.0.1:80"],
    code: 1,
    prints: /HOST is '127\.0\.0\.1:80', which is neither an IP address nor a name/,
  },
  {
    what: "a typo in an option",
    args: ["serve", "--prot", "8080"],
    code: 2,
    prints: /^There is no option '--prot'\. Did you mean '--port'\?\nTry --help/,
  },
  {
    what: "a typo in a command",
    args: ["pedict", "patch.png"],
    code: 2,
    prints: /There is no command 'pedict'; .*\. Did you mean 'predict'\?/,
  },
  {
    what: "a model folder that does not exist",
    args: ["serve", "--port", "0", "--model-dir", "models/none"],
    code: 1,
    prints: /'models\/none' cannot be served: manifest\.json cannot be read: there is no such file/,
  },
  {
    what: "a key file that does not exist",
    args: ["serve", "--port", "0", "--api-keys-file", "keys/none"],
    code: 1,
    prints: /API_KEYS_FILE is 'keys\/none', which cannot be used: there is no such file/,
  },
];

for (const { what, args, code, prints } of FAILING_STARTS) {
  Deno.test(`a start with ${what} ends with one sentence`, async () => {
    const ended = await runProgram("serve", ...args);
    equal(ended.code, code, ended.err);
    match(ended.err, prints);
    checkIsSentence(ended.err);
  });
}

Deno.test("a start on a port in use ends with one sentence", async () => {
  const port = freePort();
  using _holder = Deno.listen({ hostname: "127.0.0.1", port });
  const at = String(port);
  const served = await runProgram("serve", "serve", "--host", "127.0.0.1", "--port", at);
  equal(served.code, 1);
  match(served.err, new RegExp(`PORT is ${at}, which another program listens on.*--port`));
  checkIsSentence(served.err);
  const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--metrics-port", at];
  const metrics = await runProgram("serve", ...args);
  equal(metrics.code, 1);
  match(metrics.err, new RegExp(`METRICS_PORT is ${at}, which another.*--metrics-port`));
  checkIsSentence(metrics.err);
});

Deno.test("an output folder that cannot be written ends with one sentence", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/file`, "");
    const args = ["model/samples/field.png", "--out", `${folder}/file/results/`];
    const { code, out } = await runProgram("files", "detect", ...args);
    equal(code, 1);
    match(out, /cannot be written: a part of its path is a file and not a folder\./);
    ok(!/os error/.test(out), out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Checks that standard error has no stack trace and none of the words of Deno or the system. */
function checkIsSentence(err: string): void {
  ok(!/\bat .*:\d+|Uncaught|EADDR|ENOTFOUND|EPERM|os error/.test(err), err);
  ok(err.trim().split("\n").length <= 2, err);
}
