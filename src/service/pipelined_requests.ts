import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Processes only one request of each connection at a time. A client may send further requests before it has
 * the first answer (RFC 9112, section 9.3.2). Hundreds of such requests at once would delay those of other
 * connections.
 *
 * @returns A function that resolves when a request may start. It returns undefined if it may start now.
 */
export function orderPipelinedRequests(
  server: Server,
): (request: object) => Promise<void> | undefined {
  /** Settles when the newest request of a connection is answered, or the connection is closed. */
  const answered = new WeakMap<Socket, Promise<void>>();
  const turns = new WeakMap<object, Promise<void>>();
  // Runs before the listener that processes the request.
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const previous = answered.get(socket);
    if (previous !== undefined) turns.set(request, previous);
    const closed = Promise.withResolvers<void>();
    answered.set(socket, closed.promise);
    response.once("close", () => {
      closed.resolve();
      if (answered.get(socket) === closed.promise) answered.delete(socket);
    });
  });
  return (request) => turns.get(request);
}
