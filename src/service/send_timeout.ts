import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Large answers are written in pieces of this size, so that the client's progress can be seen. */
const PIECE_BYTES = 64 * 1024;
/** Pieces of all answers that are written in one turn of the event loop. */
const MAX_PIECES_PER_TURN = 8;

/** A response that writes a large body in pieces. Each waits until the client has taken the one before. */
export class PacedResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
  // deno-lint-ignore no-explicit-any -- the overloads of `end` have no common type.
  override end(...args: any[]): this {
    const [body] = args;
    const isLarge = (typeof body === "string" || body instanceof Uint8Array) &&
      body.length > PIECE_BYTES;
    if (!isLarge) return super.end(...args);
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    this.#writeFrom(bytes, 0);
    return this;
  }

  #writeFrom(bytes: Uint8Array, start: number): void {
    const next = start + PIECE_BYTES;
    if (next >= bytes.length) return void super.end(bytes.subarray(start));
    const writeNext = () => inLaterTurn(() => this.destroyed || this.#writeFrom(bytes, next));
    if (this.write(bytes.subarray(start, next))) writeNext();
    else this.once("drain", writeNext);
  }
}

/** Pieces that wait for a later turn. */
const waiting: (() => void)[] = [];
let isScheduled = false;

/**
 * Writes a piece in a later turn of the event loop. The system takes megabytes of an answer at once, and
 * hundreds of such answers in one turn would hold up all other requests.
 */
function inLaterTurn(write: () => void): void {
  waiting.push(write);
  schedule();
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(writeSome);
}

function writeSome(): void {
  isScheduled = false;
  for (const write of waiting.splice(0, MAX_PIECES_PER_TURN)) write();
  if (waiting.length > 0) schedule();
}

/** The bytes that a client has taken, and the time since which it has taken no more. */
interface Progress {
  bytes: number;
  since: number;
}

/**
 * Closes each connection to a server on which the client takes nothing of an answer for `timeoutMs`, as nginx's
 * `send_timeout` does. A slow client that takes a piece now and then is kept.
 *
 * @param onClosed Called for each connection that was closed for this.
 * @returns A function that stops watching.
 */
export function closeStalledConnections(
  server: Server,
  timeoutMs: number,
  onClosed: () => void,
): () => void {
  const connections = new Map<Socket, Progress>();
  server.on("connection", (socket) => {
    connections.set(socket, { bytes: 0, since: performance.now() });
    socket.once("close", () => connections.delete(socket));
  });
  const timer = setInterval(() => {
    const now = performance.now();
    for (const [socket, progress] of connections) {
      const bytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || bytes !== progress.bytes) {
        Object.assign(progress, { bytes, since: now });
      } else if (now - progress.since >= timeoutMs) {
        connections.delete(socket);
        // Without a reset, the kernel would keep the rest of the answer and try to send it.
        socket.resetAndDestroy();
        onClosed();
      }
    }
  }, Math.min(1000, Math.ceil(timeoutMs / 4)));
  return () => clearInterval(timer);
}
