import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConnectionLimit } from "./connection_limit.ts";

/** How often the listener is checked, in milliseconds. */
const CHECK_MS = 500;
/** A check connects to the server only if it has accepted no connection for this time, in milliseconds. */
const QUIET_MS = { usual: 2000, afterDrop: 250, whenFull: 10_000 };
/** How often a check looks whether its connection was accepted, and the pause between, in milliseconds. */
const LOOKS = 40;
const LOOK_MS = 50;
/** A pause that was longer than this does not count: the thread was busy, and accepts later. */
const MAX_LOOK_MS = 150;

/**
 * Watches whether a server accepts connections, and lets it listen again when it does not. Deno's
 * `node:http` stops accepting for good, without an event, once the process has no file descriptor left.
 * If no connection was accepted for a while, a check connects to the server. It waits less after connections
 * were dropped, because then descriptors may have run out. It waits longer while the limit of connections is
 * reached, because its connection then replaces an idle one.
 *
 * @param onReopened Called when the server listens again.
 * @returns A function that stops watching. Await it before the server is closed.
 */
export function watchAccept(
  server: Server,
  limit: ConnectionLimit,
  onReopened: () => void,
): () => Promise<void> {
  const { address, port } = server.address() as AddressInfo;
  let accepted = 0;
  let acceptedAt = performance.now();
  /** Number of dropped connections at the end of the last check that connected. */
  let dropped = 0;
  let isStopped = false;
  let checking: Promise<void> | undefined;
  server.on("connection", () => {
    accepted++;
    acceptedAt = performance.now();
  });

  async function check(): Promise<void> {
    if (server.listening) {
      if (performance.now() - acceptedAt < quietMs() || await accepts() || isStopped) return;
      server.close();
    }
    if (!await listens()) return;
    acceptedAt = performance.now();
    onReopened();
  }

  function quietMs(): number {
    if (limit.dropped() > dropped) return QUIET_MS.afterDrop;
    return limit.isReached() ? QUIET_MS.whenFull : QUIET_MS.usual;
  }

  /** Lets the server listen again. Returns false if it cannot; the next check tries again. */
  function listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isListening: boolean) => {
        server.off("listening", onListening).off("error", onError);
        resolve(isListening);
      };
      const onListening = () => settle(true);
      const onError = () => settle(false);
      server.on("listening", onListening).on("error", onError);
      server.listen(port, address);
    });
  }

  /** Connects to the server. Returns false if the server accepts no connection in the meantime. */
  async function accepts(): Promise<boolean> {
    const before = accepted;
    let isFailed = false;
    // Without a free descriptor, the check cannot connect. The next check tries again.
    const connecting = Deno.connect({ hostname: reachable(address), port })
      .catch(() => void (isFailed = true));
    for (let looks = 0; looks < LOOKS && accepted === before && !isFailed && !isStopped;) {
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      if (performance.now() - start < MAX_LOOK_MS) looks++;
    }
    // Not awaited, because it waits until the server accepts.
    connecting.then((connection) => connection?.close());
    dropped = limit.dropped();
    return accepted > before || isFailed;
  }

  const timer = setInterval(() => {
    checking ??= check().finally(() => checking = undefined);
  }, CHECK_MS);
  Deno.unrefTimer(timer);
  return async () => {
    isStopped = true;
    clearInterval(timer);
    await checking;
  };
}

/** Returns an address by which this machine reaches a server that listens on `address`. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}
