import { createAdaptorServer } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import type { Config } from "../config.ts";
import { iterateHeadersOnce } from "./headers_iterator.ts";

/** The limits of a listening socket. */
export type ListenerConfig = Pick<
  Config,
  "host" | "port" | "clientTimeoutMs" | "maxHeaderBytes" | "maxConnections"
>;

/** A socket that takes requests. */
export interface Listener {
  readonly port: number;
  /** Takes no more connections; resolves when every request under way is answered. */
  finish(): Promise<void>;
  /** Breaks off whatever is under way. */
  abort(): void;
}

/** How long a connection may be idle between two requests, in milliseconds: longer than most proxies keep theirs. */
const KEEP_ALIVE = 65_000;

/**
 * Listens for HTTP/1.1 with bounds on headers, connections and slow clients. `Deno.serve` has no such
 * bounds, so this is Node's server, which Deno has as well.
 *
 * @throws what the socket says when the address cannot be used.
 */
export async function listen(
  config: ListenerConfig,
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<Listener> {
  iterateHeadersOnce();
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      maxHeaderSize: config.maxHeaderBytes,
      headersTimeout: config.clientTimeoutMs,
      // The app answers a slow body in its own words; this is for what it does not read.
      requestTimeout: config.clientTimeoutMs * 2,
      connectionsCheckingInterval: Math.min(1000, config.clientTimeoutMs),
      keepAliveTimeout: KEEP_ALIVE,
    },
  }) as Server;
  server.maxConnections = config.maxConnections;
  const opened = Promise.withResolvers<void>();
  server.once("error", opened.reject);
  server.listen(config.port, config.host, () => opened.resolve());
  await opened.promise;
  return {
    port: (server.address() as AddressInfo).port,
    finish() {
      const finished = Promise.withResolvers<void>();
      server.close(() => finished.resolve());
      server.closeIdleConnections();
      return finished.promise;
    },
    abort: () => server.closeAllConnections(),
  };
}
