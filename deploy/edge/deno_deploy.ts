/**
 * Entry point of the service on Deno Deploy. The network runs in the serving thread. The process
 * ends within the five seconds that Deno Deploy allows after its signal.
 *
 * @module
 */
import { processIo } from "../../src/cli/io.ts";
import { createOutput } from "../../src/cli/output.ts";
import { serve } from "../../src/cli/serve.ts";
import { readConfig } from "../../src/config.ts";

/** Defaults for this platform. Environment variables override them. */
const DEFAULTS: Readonly<Record<string, string>> = {
  HOST: "0.0.0.0",
  INFERENCE_WORKERS: "0",
  SHUTDOWN_GRACE_MS: "1000",
  SHUTDOWN_TIMEOUT_MS: "4500",
};

const config = readConfig((name) => Deno.env.get(name) ?? DEFAULTS[name]);
const output = createOutput(processIo, { json: false, quiet: false });
Deno.exit(await serve.run({ operands: [], options: {}, config, output, io: processIo }));
