import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Lets each connection have one request processed at a time. A client may send further requests before it
 * has the first answer (RFC 9112, 9.3.2). Their answers wait for the first one in any case, and hundreds of
 * such requests at once would hold up those of other connections.
 *
 * @returns A function that resolves when it is a request's turn; undefined when that is now.
 */
export function orderPipelinedRequests(
  server: Server,
): (request: object) => Promise<void> | undefined {
  /** When the newest request of a connection is answered, or its connection closed. */
  const answered = new WeakMap<Socket, Promise<void>>();
  const turns = new WeakMap<object, Promise<void>>();
  // Comes before the listener that processes the request.
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
