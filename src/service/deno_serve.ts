import { type Config, readConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import { createService, type Service } from "./service.ts";
import { shutDown, stopSignals } from "./shutdown.ts";

/** How often a shutdown checks whether all requests are answered, in milliseconds. */
const POLL_MS = 50;

let isServing = false;

/**
 * Creates the default export of a module that `deno serve` runs. `deno serve` itself listens. The first
 * request loads the model.
 */
export function denoServeHandler(): Deno.ServeDefaultExport {
  let service: Promise<Service> | undefined;
  return {
    onListen() {
      isServing = true;
    },
    async fetch(request, { remoteAddr }) {
      const { fetch } = await (service ??= start());
      return await fetch(request, "hostname" in remoteAddr ? { address: remoteAddr.hostname } : {});
    },
  };
}

/**
 * Starts the service. If the model cannot be loaded, logs the reason; routes that need the model then
 * answer 503.
 */
async function start(): Promise<Service> {
  // `deno serve` decides where to listen, so HOST does not count.
  const config = { ...readConfig((name) => Deno.env.get(name)), host: "0.0.0.0" };
  const service = createService(config);
  stopAtSignal(service, config);
  await service.load().catch((thrown) => console.error(messageOf(thrown)));
  return service;
}

/**
 * Waits for a signal and shuts the service down, so that no inference worker keeps the process alive.
 * `deno serve` itself accepts no connection after a signal, and exits when nothing runs any more.
 */
async function stopAtSignal(service: Service, { shutdownTimeoutMs }: Config): Promise<void> {
  const { failReadiness, refuseRequests, endRequests, requestsInProgress } = service;
  const { first, second } = stopSignals();
  await first;
  const finish = async () => {
    while (requestsInProgress() > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  };
  const outcome = await shutDown(
    { failReadiness, refuseRequests, finish, endRequests, requestsInProgress },
    { grace: 0, timeout: shutdownTimeoutMs },
    second,
  );
  if (outcome !== "finished") Deno.exit(1);
  await service.close();
}

/**
 * Returns whether `deno serve` runs this program. Always false during the evaluation of the main module,
 * because `deno serve` listens only after it.
 */
export function isRunByDenoServe(): boolean {
  return isServing;
}
