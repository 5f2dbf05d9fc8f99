import { readConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import { createService, type Service } from "./service.ts";

let listened = false;

/**
 * What `deno serve` and edge platforms want of a module: they listen, this answers. The model is
 * loaded with the first request.
 */
export function platformHandler(): Deno.ServeDefaultExport {
  let starting: Promise<Service> | undefined;
  return {
    onListen() {
      listened = true;
    },
    async fetch(request) {
      const service = await (starting ??= start());
      return await service.fetch(request);
    },
  };
}

/** A service whose model cannot be loaded says why in the log, and 503 where it needs the model. */
async function start(): Promise<Service> {
  const service = createService(readConfig((name) => Deno.env.get(name)));
  await service.load().catch((thrown) => console.error(messageOf(thrown)));
  return service;
}

/**
 * Whether somebody else listens, asked a moment after the module was evaluated: to the module itself
 * `deno serve` looks the same as `deno run`, until it says that it listens.
 */
export function listenedTo(): boolean {
  return listened;
}
