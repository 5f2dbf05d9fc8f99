import { type Attack, head, SilentClients, sleep } from "./attack.ts";

/** How long an attack holds its connections, in milliseconds. */
const HOLD_MS = 6000;

/** Asks for a file of 1.4 MB ten times, on one connection: more than the buffers of the system hold. */
export function manyFiles(): Uint8Array<ArrayBuffer> {
  const get = head("GET /docs/swagger-ui-bundle.js HTTP/1.1", "Host: localhost");
  const requests = new Uint8Array(get.length * 10);
  for (let i = 0; i < 10; i++) requests.set(get, i * get.length);
  return requests;
}

/** Attacks by clients that send too little or read nothing. */
export const clientAttacks: readonly Attack[] = [
  {
    name: "4 sockets that declare 16 MB and send nothing",
    async run({ port }) {
      using clients = new SilentClients();
      const declared = head(
        "POST /model/predict HTTP/1.1",
        "Host: localhost",
        "Content-Type: image/png",
        "Content-Length: 16777216",
      );
      await clients.open(port, 4, declared);
      await sleep(HOLD_MS);
      return { holds: true, seen: `held ${HOLD_MS / 1000} s` };
    },
  },
  {
    name: "1,024 silent sockets",
    async run({ port }) {
      using clients = new SilentClients();
      await clients.open(port, 1024);
      const { count } = clients;
      await sleep(HOLD_MS);
      return { holds: true, seen: `${count} connected` };
    },
  },
  {
    name: "200 clients that never read 10 files each",
    env: { SEND_TIMEOUT_MS: "3000" },
    async run({ port }) {
      using clients = new SilentClients();
      await clients.open(port, 200, manyFiles());
      await sleep(HOLD_MS);
      return { holds: true, seen: `held ${HOLD_MS / 1000} s` };
    },
  },
];
