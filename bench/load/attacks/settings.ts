import { gzipSync } from "node:zlib";
import { runProgram } from "../../../tests/program.ts";

import { formWith } from "../../../tests/service.ts";
import { type Attack, postRequest, statusOf, tally } from "./attack.ts";

/** How long requests are sent, in milliseconds. */
const LOAD_MS = 6000;

/** Patches in a form. */
const PATCHES = 32;

/** Sends forms of patches over several connections, one after the other on each. */
async function sendPatches(port: number, patch: Uint8Array<ArrayBuffer>, connections: number) {
  const form = new Response(formWith(...Array.from({ length: PATCHES }, () => patch)));
  const type = form.headers.get("content-type") ?? "";
  const request = postRequest("/model/predict", type, await form.bytes());
  const statuses: string[] = [];
  const until = performance.now() + LOAD_MS;
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < until) {
      statuses.push(await statusOf(port, request));
    }
  }));
  return { holds: statuses.every((status) => status === "200"), seen: tally(statuses) };
}

/** Attacks by settings that are wrong or extreme, and by encoded bodies. */
export const settingAttacks: readonly Attack[] = [
  {
    name: "starts with wrong settings",
    async run({ port }) {
      const keys = await Deno.makeTempFile();
      const starts: [args: string[], says: RegExp][] = [
        [["--api-keys", " , "], /API_KEYS|api-keys/],
        [["--api-keys-file", keys, "--port", "0"], /keys?/i],
        [["--port", String(port)], /another program listens/],
        [["--host", "no.such.name.invalid"], /HOST/],
        [["--prot", "5000"], /--port/],
      ];
      const seen: string[] = [];
      for (const [args, says] of starts) {
        const { code, err } = await runProgram("serve", "serve", ...args);
        seen.push(code !== 0 && says.test(err) ? "refused" : `${args.join(" ")}: exit ${code}`);
      }
      await Deno.remove(keys);
      return { holds: seen.every((one) => one === "refused"), seen: tally(seen) };
    },
  },
  {
    name: "INFERENCE_WORKERS=0 under load",
    env: { INFERENCE_WORKERS: "0" },
    run: ({ port, patch }) => sendPatches(port, patch, 8),
  },
  {
    name: "INFERENCE_WORKERS=64 under load",
    env: { INFERENCE_WORKERS: "64" },
    maxMegabytes: 250 + 4 * 50 * navigator.hardwareConcurrency,
    run: ({ port, patch }) => sendPatches(port, patch, 8),
  },
  {
    name: "gzip of 1 GB as a body, 4 at once",
    async run({ port }) {
      const bomb = gzipSync(new Uint8Array(2 ** 30), { level: 1 });
      const request = postRequest("/model/predict", "image/png", bomb, "Content-Encoding: gzip");
      const statuses = await Promise.all([1, 2, 3, 4].map(() => statusOf(port, request)));
      return { holds: statuses.every((status) => /^4\d\d$/.test(status)), seen: tally(statuses) };
    },
  },
];
