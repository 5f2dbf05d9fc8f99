/**
 * The service on Deno Deploy: entry point `deploy/edge/deno_deploy.ts`. The network runs in the serving
 * thread, and the process is gone within the five seconds that the platform waits after its signal.
 * The environment's settings come before these.
 *
 * @module
 */
import { serve } from "../../src/cli/serve.ts";
import { readConfig } from "../../src/config.ts";

const defaults: Readonly<Record<string, string>> = {
  INFERENCE_WORKERS: "0",
  SHUTDOWN_GRACE_MS: "1000",
  SHUTDOWN_TIMEOUT_MS: "4500",
};

const config = readConfig((name) => Deno.env.get(name) ?? defaults[name]);
Deno.exit(await serve.run({ operands: [], options: {}, config }));
