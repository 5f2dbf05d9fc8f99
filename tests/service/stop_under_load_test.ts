import { ok } from "node:assert/strict";
import { stopOnce } from "../../bench/load/stop.ts";
import { stopKinds } from "../../bench/load/stop_kinds.ts";
import { sample } from "../service.ts";

Deno.test({
  name: "at SIGTERM under load, each request of the log has its whole answer",
  ignore: Deno.build.os === "windows",
  async fn() {
    const [predict] = stopKinds(await sample("metaphase"));
    ok(predict !== undefined);
    const { holds, seen } = await stopOnce(predict);
    ok(holds, seen);
  },
});
