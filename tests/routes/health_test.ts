import { deepEqual } from "node:assert/strict";
import { startService } from "../service.ts";

Deno.test("health answers in the format of the Open Inference Protocol", async () => {
  await using service = await startService();
  const json = async (path: string) => await (await service.request(path)).json();
  deepEqual(await json("/v2/health/live"), { live: true });
  deepEqual(await json("/v2/health/ready"), { ready: true });
});
