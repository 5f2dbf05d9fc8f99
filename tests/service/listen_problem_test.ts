import { equal, match } from "node:assert/strict";
import { listenProblem } from "../../src/service/listen_problem.ts";

const address = { host: "127.0.0.1", port: 5000, portSetting: "PORT" } as const;
const inUse = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE" });

Deno.test("port 5000 in use names AirPlay on macOS only", () => {
  match(
    listenProblem(inUse, address, "darwin").message,
    /--port, for example 5001.*AirPlay Receiver/,
  );
  equal(
    listenProblem(inUse, address, "linux").message,
    "PORT is 5000, which another program listens on. Stop that program, or choose another port with --port.",
  );
});
