import { deepEqual, ok } from "node:assert/strict";
import { randomFrom } from "../random.ts";
import { listen } from "../service.ts";
import { MAX_ANSWER_MS, sendBytes } from "./send_bytes.ts";
import { mutatedRequest } from "./mutated_request.ts";
import { requestSeeds } from "./request_seeds.ts";

/** Number of requests. `deno task bench:load fuzz` sends 200,000 to a process of its own. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 600);

Deno.test(`${COUNT} mutated requests are answered without an internal error, and none hangs`, async () => {
  await using service = await listen({ CLIENT_TIMEOUT_MS: "300" });
  const port = Number(new URL(service.url).port);
  const seeds = await requestSeeds();
  const random = randomFrom(19_371_201);
  const statuses = new Set<string>();
  let slowest = 0;
  const client = async () => {
    for (let i = 0; i < COUNT / 4; i++) {
      const start = performance.now();
      statuses.add(await sendBytes(port, mutatedRequest(seeds, random).bytes));
      slowest = Math.max(slowest, performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: 4 }, client));
  deepEqual([...statuses].filter((status) => !/^(2|4|closed 4)\d\d$|^50[34]$/.test(status)), []);
  ok(statuses.has("200") && statuses.has("400"));
  deepEqual(service.reported, []);
  ok(slowest < MAX_ANSWER_MS, `a request took ${slowest} ms`);
});
