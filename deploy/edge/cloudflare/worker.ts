import { createService, type Service } from "../../../src/service/service.ts";
import { readConfig } from "../../../src/config.ts";

let starting: Promise<Service> | undefined;

async function start(env: Readonly<Record<string, string>>): Promise<Service> {
  const settings: Readonly<Record<string, string>> = {
    INFERENCE_WORKERS: "0",
    HOST: "0.0.0.0",
    ...env,
  };
  const service = createService(readConfig((name) => settings[name]), {
    residentBytes: () => NaN, // Cloudflare has no API for it.
    writeLog: (lines) => console.log(lines.trimEnd()),
  });
  await service.load();
  return service;
}

export default {
  /** Handles a request. The first request of an isolate loads the model. */
  async fetch(request: Request, env: Readonly<Record<string, string>>): Promise<Response> {
    const service = await (starting ??= start(env));
    return await service.fetch(request);
  },
};
