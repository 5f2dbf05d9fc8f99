import { deepEqual, equal, match } from "node:assert/strict";
import { listen, sample, startService } from "../service.ts";

const patch = await sample("metaphase");
const MIB = 1024 * 1024;

/** Sends the head of a request with a body of 15 MiB, and so many bytes of the body. */
async function sendPart(url: string, bytes: number): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(
    "POST /model/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n" +
      `Content-Length: ${15 * MIB}\r\n\r\n`,
  ));
  // A service that refuses the rest closes the connection.
  await writer.write(new Uint8Array(bytes)).catch(() => {});
  return connection;
}

async function predict(url: string): Promise<number> {
  const headers = { "content-type": "image/png" };
  const answer = await fetch(`${url}model/predict`, { method: "POST", headers, body: patch });
  await answer.body?.cancel();
  return answer.status;
}

for (
  const [what, bytes, count] of [
    ["are only declared", 0, 6],
    ["arrive but for the last byte", 15 * MIB - 1, 4],
  ] as const
) {
  Deno.test(`large bodies that ${what} do not shut out a patch`, async () => {
    await using service = await listen();
    const connections = await Promise.all(
      Array.from({ length: count }, () => sendPart(service.url, bytes)),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const statuses: number[] = [];
    for (let n = 0; n < 10; n++) statuses.push(await predict(service.url));
    deepEqual([...new Set(statuses)], [200]);
    for (const connection of connections) {
      try {
        connection.close();
      } catch {
        // The service has refused its body and closed it.
      }
    }
  });
}

Deno.test("what bodies declare is bounded for each client address, and for all", async () => {
  await using service = await startService({ CLIENT_TIMEOUT_MS: "1500" });
  const send = (address: string) => {
    const request = new Request("http://localhost/model/detect", {
      method: "POST",
      headers: { "content-type": "image/png", "content-length": String(16 * MIB) },
      body: new ReadableStream({}),
    });
    return Promise.resolve(service.service.fetch(request, { address }));
  };
  const statusesOf = async (answers: Promise<Response>[]) =>
    (await Promise.all(answers)).map(({ status }) => status).sort();
  const ofOne = Array.from({ length: 9 }, () => send("192.0.2.1"));
  const ofTwo = Array.from({ length: 8 }, () => send("192.0.2.2"));
  const more = await send("192.0.2.3");
  equal(more.status, 429);
  match(more.headers.get("retry-after") ?? "", /^[1-9]/);
  deepEqual(await statusesOf(ofOne), [...Array(8).fill(408), 429]);
  deepEqual(await statusesOf(ofTwo), Array(8).fill(408));
  equal((await send("192.0.2.3")).status, 408);
});
