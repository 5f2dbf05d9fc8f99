import { type Config, readConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import { createService, type Service } from "./service.ts";
import { shutDown, stopSignals } from "./shutdown.ts";

/** How often a stop looks whether the requests in progress are answered, in milliseconds. */
const POLL_MS = 50;

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
    async fetch(request, { remoteAddr }) {
      const { fetch } = await (service ??= start());
      return await fetch(request, "hostname" in remoteAddr ? { address: remoteAddr.hostname } : {});
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
  stopAtSignal(service, config);
  await service.load().catch((thrown) => console.error(messageOf(thrown)));
  return service;
}

/**
 * Ends the inference workers after a signal, so that the process can end. `deno serve` itself takes no
 * connection after a signal, waits for the answers, and exits when nothing runs any more. With
 * `--parallel` every isolate does this for itself.
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
 * Returns whether `deno serve` runs this program. The answer is right only after the module was
 * evaluated: until `deno serve` listens, a module cannot tell it from `deno run`.
 */
export function isRunByDenoServe(): boolean {
  return isServing;
}
