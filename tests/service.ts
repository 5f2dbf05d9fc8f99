import { type Config, readConfig } from "../src/config.ts";
import { listen as listenOn } from "../src/service/listener.ts";
import { createService, type Service, type ServiceOptions } from "../src/service/service.ts";
import type { Classifier } from "../src/patch/classifier.ts";

/** Environment variables of a service under test. */
type Env = Record<string, string>;

/** Reads a PNG of `model/samples`. */
export function sample(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../model/samples/${name}.png`, import.meta.url));
}

/** Creates a form with these files in the field `image`. */
export function formWith(...files: readonly Uint8Array<ArrayBuffer>[]): FormData {
  const form = new FormData();
  for (const bytes of files) form.append("image", new File([bytes], "patch.png"));
  return form;
}

/** Creates a POST request with this body. */
export function post(body: BodyInit): RequestInit {
  return { method: "POST", body };
}

/** A service with the embedded model, called without a socket. */
export interface TestService extends AsyncDisposable {
  readonly config: Config;
  readonly service: Service;
  readonly classifier: Classifier;
  /** Unexpected errors. */
  readonly reported: unknown[];
  /** The lines of the log. */
  readonly logged: string[];
  readonly fetch: Service["fetch"];
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** Starts a service with one inference worker, unless `env` sets another number. */
export async function startService(
  env: Env = {},
  options: ServiceOptions = {},
): Promise<TestService> {
  const set: Env = { INFERENCE_WORKERS: "1", ...env };
  const config = readConfig((name) => set[name]);
  const reported: unknown[] = [];
  const logged: string[] = [];
  const service = createService(config, {
    writeLog: (lines) => logged.push(...lines.trimEnd().split("\n")),
    reportError: (thrown) => reported.push(thrown),
    ...options,
  });
  return {
    config,
    service,
    classifier: await service.load(),
    reported,
    logged,
    fetch: service.fetch,
    request: async (path, init) =>
      await service.fetch(new Request(new URL(path, "http://localhost"), init)),
    [Symbol.asyncDispose]: service.close,
  };
}

/** A service that listens on a free port of this machine. */
export interface ListeningService extends TestService {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
}

/** Starts a service that listens on 127.0.0.1. */
export async function listen(
  env: Env = {},
  options: ServiceOptions = {},
): Promise<ListeningService> {
  const service = await startService({ HOST: "127.0.0.1", PORT: "0", ...env }, options);
  const listener = await listenOn(service.config, service.fetch, service.service.listenerEvents);
  return {
    ...service,
    url: `http://127.0.0.1:${listener.port}/`,
    async [Symbol.asyncDispose]() {
      const finished = listener.finish();
      listener.abort();
      await finished;
      await service[Symbol.asyncDispose]();
    },
  };
}

/** Creates a service without loading the model, and returns a function that sends requests to it. */
export function serviceWithoutModel(env: Record<string, string>) {
  const { fetch } = createService(readConfig((name) => env[name]), { writeLog() {} });
  return async (path: string, init?: RequestInit) =>
    await fetch(new Request(new URL(path, "http://localhost"), init));
}
