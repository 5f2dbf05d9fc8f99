import { equal, match, ok } from "node:assert/strict";
import { freePort } from "../program.ts";
import { sample } from "../service.ts";

const root = new URL("../../", import.meta.url);
const patch = await sample("metaphase");

/** A command line of the documentation that starts the service. */
interface EntryPoint {
  readonly page: string;
  readonly line: string;
}

const entryPoints: readonly EntryPoint[] = [
  { page: "README.md", line: "npx -y deno@2.9.6 task start" },
  { page: "docs/edge.md", line: "deno run -P=serve deploy/edge/deno_deploy.ts" },
  { page: "docs/edge.md", line: "deno serve -P=serve main.ts" },
  {
    page: "docs/edge.md",
    line: "INFERENCE_WORKERS=0 DENO_JOBS=2 deno serve --parallel -P=serve deploy/edge/handler.ts",
  },
];

/** Starts a line of the documentation, with a free port instead of the one that it would take. */
function start(line: string, port: number): Deno.ChildProcess {
  const words = line.replace("npx -y deno@2.9.6", "deno").split(" ");
  const command = words.indexOf("deno");
  return new Deno.Command(Deno.execPath(), {
    args: words.slice(command + 1),
    cwd: root,
    env: {
      ...Object.fromEntries(words.slice(0, command).map((word) => word.split("=", 2))),
      PORT: String(port),
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      SHUTDOWN_GRACE_MS: "0",
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
}

for (const { page, line } of entryPoints) {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.test({
      name: `${page}: '${line}' serves, and ends with 0 after ${signal}`,
      ignore: Deno.build.os === "windows",
      async fn() {
        const text = await Deno.readTextFile(new URL(page, root));
        ok(text.split("\n").some((one) => one.replace(/ +#.*/, "") === line), "the page lacks it");
        const port = freePort();
        const process = start(line, port);
        try {
          const url = `http://127.0.0.1:${port}`;
          let ready: Response | undefined;
          for (let tries = 0; !ready?.ok && tries < 600; tries++) {
            ready = await fetch(`${url}/v2/health/ready`).catch(() => undefined);
            await ready?.body?.cancel();
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          const answer = await fetch(`${url}/model/predict`, {
            method: "POST",
            headers: { "content-type": "image/png", connection: "close" },
            body: patch,
          });
          match(await answer.text(), /^\{"status":"ok","predictions":\[\{"probability":0\.9/);
          process.kill(signal);
          const timeout = new Promise<undefined>((resolve) => {
            Deno.unrefTimer(setTimeout(() => resolve(undefined), 10_000));
          });
          const status = await Promise.race([process.status, timeout]);
          equal(status?.code, 0, status === undefined ? "it still runs after 10 s" : "");
        } finally {
          try {
            process.kill("SIGKILL");
          } catch {
            // It has ended already.
          }
        }
      },
    });
  }
}
