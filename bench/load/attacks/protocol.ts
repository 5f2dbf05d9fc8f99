import { manyFiles } from "./clients.ts";
import { type Attack, head, postRequest, SilentClients, sleep, statusOf } from "./attack.ts";

/** Attacks on the edges of HTTP and of the operating system. */
export const protocolAttacks: readonly Attack[] = [
  {
    name: "post of another site, and a rebound name",
    env: { HOST: "127.0.0.1" },
    async run({ port, patch }) {
      const post = (...lines: string[]) =>
        statusOf(port, postRequest("/model/predict", "image/png", patch, ...lines));
      const crossSite = await post("Sec-Fetch-Site: cross-site", "Origin: https://example.com");
      const otherOrigin = await post("Origin: https://example.com");
      const plain = await post();
      const rebound = await statusOf(
        port,
        head("GET /model/metadata HTTP/1.1", `Host: attacker.example:${port}`, "Connection: close"),
      );
      const seen =
        `cross-site ${crossSite}, Origin ${otherOrigin}, Host ${rebound}, plain ${plain}`;
      const isRefused = [crossSite, otherOrigin, rebound].every((status) => /^4\d\d$/.test(status));
      return { holds: isRefused && plain === "200", seen };
    },
  },
  {
    name: "two Host headers, none, HTTP/1.0",
    async run({ port }) {
      const live = "/v2/health/live";
      const two = await statusOf(
        port,
        head(`GET ${live} HTTP/1.1`, "Host: localhost", "Host: localhost", "Connection: close"),
      );
      const none = await statusOf(port, head(`GET ${live} HTTP/1.1`, "Connection: close"));
      const old = await statusOf(port, head(`GET ${live} HTTP/1.0`));
      return {
        holds: two === "400" && none === "400" && old === "200",
        seen: `two ${two}, none ${none}, HTTP/1.0 ${old}`,
      };
    },
  },
  {
    name: "60 connections with 64 open files",
    maxOpenFiles: 64,
    isStop: true,
    async run({ port }) {
      const live = head("GET /v2/health/live HTTP/1.1", "Host: localhost", "Connection: close");
      /** Tries for 20 s: connections that wait to be accepted are reset when the socket is opened again. */
      const health = async () => {
        let status = "none";
        for (const start = performance.now(); performance.now() - start < 20_000;) {
          status = await statusOf(port, live, 5000);
          if (status === "200") break;
          await sleep(200);
        }
        return status;
      };
      let during: string;
      {
        using clients = new SilentClients();
        await clients.open(port, 60);
        during = await health();
      }
      const after = await health();
      return {
        holds: during === "200" && after === "200",
        seen: `health during ${during}, after ${after}`,
      };
    },
  },
  {
    name: "SIGTERM with 200 clients that never read",
    isStop: true,
    env: { SHUTDOWN_GRACE_MS: "500", SHUTDOWN_TIMEOUT_MS: "8000", SEND_TIMEOUT_MS: "2000" },
    async run({ program, port }) {
      using clients = new SilentClients();
      await clients.open(port, 200, manyFiles());
      await sleep(500);
      const start = performance.now();
      program.process.kill("SIGTERM");
      const { code } = await program.process.status;
      const seconds = (performance.now() - start) / 1000;
      return { holds: code === 0, seen: `exit ${code} after ${seconds.toFixed(1)} s` };
    },
  },
];
