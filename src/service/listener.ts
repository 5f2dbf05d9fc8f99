import { createAdaptorServer } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import type { Config } from "../config.ts";
import type { ClientInfo } from "../http/app_context.ts";
import { watchAccept } from "./accept_watch.ts";
import { type DroppedConnection, limitConnections } from "./connection_limit.ts";
import { installFastHeadersIterator } from "./headers_iterator.ts";
import { orderPipelinedRequests } from "./pipelined_requests.ts";
import { closeStalledConnections, PacedResponse } from "./send_timeout.ts";

/** The address and the limits of a listening socket. */
export type ListenerConfig = Pick<
  Config,
  "host" | "port" | "clientTimeoutMs" | "sendTimeoutMs" | "maxHeaderBytes" | "maxConnections"
>;

/** Callbacks for events on the connections of a listener. */
export interface ListenerEvents {
  /** Called after a connection was closed because its client read nothing of an answer for too long. */
  stalled(): void;
  /** A connection was closed because MAX_CONNECTIONS are open. */
  dropped(which: DroppedConnection): void;
  /** The socket had stopped accepting connections, and listens again. */
  reopened(): void;
}

/** A socket that accepts HTTP requests. */
export interface Listener {
  readonly port: number;
  /** Stops accepting connections; resolves when every request in progress is answered. */
  finish(): Promise<void>;
  /** Closes all connections at once, whatever is in progress. */
  abort(): void;
}

/** How long an idle connection stays open, in milliseconds. Most proxies stop reusing one sooner. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Listens for HTTP/1.1, with limits on headers, connections and slow clients. It uses Deno's
 * implementation of `node:http`, because `Deno.serve` has no such limits.
 *
 * @throws {Error} of the operating system when the address cannot be used.
 */
export async function listen(
  config: ListenerConfig,
  fetch: (request: Request, client: ClientInfo) => Response | Promise<Response>,
  events: ListenerEvents = { stalled() {}, dropped() {}, reopened() {} },
): Promise<Listener> {
  installFastHeadersIterator();
  const server = createAdaptorServer({
    fetch(request, { incoming }) {
      if (countHosts(incoming.rawHeaders) > 1) return twoHosts();
      const answer = () => fetch(request, { address: incoming.socket.remoteAddress });
      return turnOf(incoming)?.then(answer) ?? answer();
    },
    // Used for HTTP/1.0, which has no Host header.
    hostname: "localhost",
    serverOptions: {
      ServerResponse: PacedResponse,
      maxHeaderSize: config.maxHeaderBytes,
      headersTimeout: config.clientTimeoutMs,
      // The app itself answers 408 to a slow body. This longer limit is for bodies that it does not read.
      requestTimeout: config.clientTimeoutMs * 2,
      connectionsCheckingInterval: Math.min(1000, config.clientTimeoutMs),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
  }) as Server;
  const turnOf = orderPipelinedRequests(server);
  const limit = limitConnections(server, config.maxConnections, events.dropped);
  const stopClosing = closeStalledConnections(server, config.sendTimeoutMs, events.stalled);
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(config.port, config.host, () => listening.resolve());
  await listening.promise.catch((thrown) => {
    stopClosing();
    throw thrown;
  });
  const { port } = server.address() as AddressInfo;
  const stopWatching = watchAccept(server, limit, events.reopened);
  return {
    port,
    async finish() {
      await stopWatching();
      const finished = Promise.withResolvers<void>();
      server.close(() => finished.resolve());
      server.closeIdleConnections();
      await finished.promise;
      stopClosing();
    },
    abort() {
      void stopWatching();
      server.closeAllConnections();
    },
  };
}

/** Counts the Host headers in Node's list of names and values. */
function countHosts(rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, i) => i % 2 === 0 && /^host$/i.test(text)).length;
}

/** Refuses two Host headers: a proxy could use one and this service the other (RFC 9112, section 3.2). */
function twoHosts(): Response {
  const message = "The request has several Host headers; send one.";
  return Response.json({ status: "error", code: "request_invalid", message }, {
    status: 400,
    headers: { connection: "close" },
  });
}
