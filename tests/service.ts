import { createApp } from "../src/http/app.ts";
import { readConfig } from "../src/config.ts";
import type { Classifier } from "../src/patch/classifier.ts";
import { loadClassifier } from "../src/patch/load.ts";

/** Settings of a service under test. */
type Overrides = Record<string, string>;

/** A sample of the project, as bytes. */
export function sample(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../model/samples/${name}.png`, import.meta.url));
}

/** A form with these files in the field `image`. */
export function formWith(...files: readonly Uint8Array<ArrayBuffer>[]): FormData {
  const form = new FormData();
  for (const bytes of files) form.append("image", new File([bytes], "patch.png"));
  return form;
}

/** A POST of a form. */
export function post(body: BodyInit): RequestInit {
  return { method: "POST", body };
}

/** The app with a real model, called without a socket. */
export interface TestService extends AsyncDisposable {
  readonly classifier: Classifier;
  readonly reported: unknown[];
  readonly fetch: (request: Request) => Response | Promise<Response>;
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** Starts a service on the embedded model, in one Worker unless the overrides say otherwise. */
export async function startService(overrides: Overrides = {}): Promise<TestService> {
  const set: Overrides = { INFERENCE_WORKERS: "1", ...overrides };
  const config = readConfig((name) => set[name]);
  const classifier = await loadClassifier(config);
  const reported: unknown[] = [];
  const app = createApp({
    config,
    classifier: () => classifier,
    reportError: (thrown) => reported.push(thrown),
  });
  return {
    classifier,
    reported,
    fetch: (request) => app.fetch(request),
    request: async (path, init) => await app.request(path, init),
    [Symbol.asyncDispose]: () => classifier.engine.close(),
  };
}

/** A service with a socket on a free port of this machine. */
export interface ListeningService extends TestService {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
}

/** Starts a service that listens. */
export async function listen(overrides: Overrides = {}): Promise<ListeningService> {
  const service = await startService(overrides);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    service.fetch,
  );
  return {
    ...service,
    url: `http://127.0.0.1:${server.addr.port}/`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await service[Symbol.asyncDispose]();
    },
  };
}
