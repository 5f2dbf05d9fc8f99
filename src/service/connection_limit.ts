import type { Server } from "node:http";
import type { Socket } from "node:net";

/** The connection that was closed because too many were open: an idle one, or the new one. */
export type DroppedConnection = "idle" | "new";

/** Counts the connections of a server. */
export interface ConnectionLimit {
  /** Returns whether the next connection closes another one. */
  isReached(): boolean;
  /** Returns how many connections were closed because of the limit. */
  dropped(): number;
}

/**
 * Limits the number of open connections. A connection beyond the limit replaces the connection that has been
 * idle for the longest time, as in nginx, so that silent clients do not keep others out. If all connections
 * have a request in progress, the new one is closed. A request is in progress from the end of its header
 * until its answer is sent.
 *
 * @param onDropped Called for each connection that was closed for this.
 */
export function limitConnections(
  server: Server,
  maxConnections: number,
  onDropped: (which: DroppedConnection) => void,
): ConnectionLimit {
  const requestsOf = new Map<Socket, number>();
  /** Sockets without a request in progress, in the order in which they became idle. */
  const idle = new Set<Socket>();
  let dropped = 0;

  server.on("connection", (socket) => {
    if (requestsOf.size >= maxConnections) {
      const [oldest] = idle;
      dropped++;
      onDropped(oldest === undefined ? "new" : "idle");
      if (oldest === undefined) return void socket.destroy();
      forget(oldest);
      oldest.destroy();
    }
    requestsOf.set(socket, 0);
    idle.add(socket);
    socket.once("close", () => forget(socket));
  });
  server.on("request", ({ socket }, response) => {
    add(socket, 1);
    response.once("close", () => add(socket, -1));
  });

  function add(socket: Socket, difference: 1 | -1): void {
    const before = requestsOf.get(socket);
    if (before === undefined) return;
    requestsOf.set(socket, before + difference);
    if (before + difference === 0) idle.add(socket);
    else idle.delete(socket);
  }

  function forget(socket: Socket): void {
    requestsOf.delete(socket);
    idle.delete(socket);
  }

  return { isReached: () => requestsOf.size >= maxConnections, dropped: () => dropped };
}
