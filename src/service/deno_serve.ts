import { readConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import { createService, type Service } from "./service.ts";

let isServing = false;

/**
 * Creates the default export with which a module answers requests under `deno serve`, which does the
 * listening. The first request loads the model.
 */
export function denoServeHandler(): Deno.ServeDefaultExport {
  let service: Promise<Service> | undefined;
  return {
    onListen() {
      isServing = true;
    },
    async fetch(request) {
      const { fetch } = await (service ??= start());
      return await fetch(request);
    },
  };
}

/**
 * Starts the service. When the model cannot be loaded, logs the reason and serves all the same: routes
 * that need the model answer 503.
 */
async function start(): Promise<Service> {
  // `deno serve` decides where to listen, so HOST does not count.
  const config = { ...readConfig((name) => Deno.env.get(name)), host: "0.0.0.0" };
  const service = createService(config);
  await service.load().catch((thrown) => console.error(messageOf(thrown)));
  return service;
}

/**
 * Returns whether `deno serve` runs this program. The answer is right only after the module was
 * evaluated: until `deno serve` listens, a module cannot tell it from `deno run`.
 */
export function isRunByDenoServe(): boolean {
  return isServing;
}
