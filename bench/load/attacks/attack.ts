import type { RunningProgram } from "../../../tests/program.ts";

/** A running service that is attacked. */
export interface Target {
  readonly program: RunningProgram;
  readonly port: number;
  /** A good patch. */
  readonly patch: Uint8Array<ArrayBuffer>;
}

/** What an attack has seen. */
export interface Outcome {
  /** Whether the service did what the threat model promises, besides the answers to others. */
  readonly holds: boolean;
  /** What was seen, in a few words. */
  readonly seen: string;
}

/** One attack of the threat model. It is bounded in time and in the number of its connections. */
export interface Attack {
  /** A few words that the table shows. */
  readonly name: string;
  /** Settings of the service that is attacked. */
  readonly env?: Readonly<Record<string, string>>;
  /** Maximum number of open files of the service. */
  readonly maxOpenFiles?: number;
  /** Whether the attack stops the service, so that health and good requests end before it. */
  readonly isStop?: boolean;
  /** Maximum peak memory of the service, in 10^6 bytes. */
  readonly maxMegabytes?: number;
  run(target: Target): Promise<Outcome>;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Encodes the head of a request; each line without its line break. */
export function head(...lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** A POST request with `Host`, a length and a body. */
export function postRequest(
  path: string,
  contentType: string,
  body: Uint8Array,
  ...lines: readonly string[]
): Uint8Array<ArrayBuffer> {
  const start = head(
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    `Content-Type: ${contentType}`,
    `Content-Length: ${body.length}`,
    "Connection: close",
    ...lines,
  );
  const request = new Uint8Array(start.length + body.length);
  request.set(start);
  request.set(body, start.length);
  return request;
}

/** Connections that are opened, written to, and never read. Closes all of them when it is disposed. */
export class SilentClients implements Disposable {
  readonly #open: Deno.Conn[] = [];

  get count(): number {
    return this.#open.length;
  }

  /** Opens up to `count` connections, each of which sends `bytes` once. Refused ones are left out. */
  async open(port: number, count: number, bytes = new Uint8Array(0)): Promise<void> {
    for (let i = 0; i < count; i++) {
      try {
        const connection = await Deno.connect({ hostname: "127.0.0.1", port });
        this.#open.push(connection);
        // A write that the service does not take must not hold up the attack.
        if (bytes.length > 0) connection.write(bytes).catch(() => {});
      } catch {
        // The service closes what is beyond its limit.
      }
    }
  }

  [Symbol.dispose](): void {
    for (const connection of this.#open) {
      try {
        connection.close();
      } catch {
        // The service has closed it.
      }
    }
    this.#open.length = 0;
  }
}

/**
 * Sends bytes over a new connection and returns the status of the answer, or "none" when the connection
 * is closed or `milliseconds` pass without one.
 */
export async function statusOf(
  port: number,
  bytes: Uint8Array,
  milliseconds = 60_000,
): Promise<string> {
  let connection: Deno.Conn;
  try {
    connection = await Deno.connect({ hostname: "127.0.0.1", port });
  } catch {
    return "refused";
  }
  const close = () => {
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  };
  const timer = setTimeout(close, milliseconds);
  const sent = (async () => {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  })().catch(() => {});
  let text = "";
  try {
    const buffer = new Uint8Array(4096);
    while (text.length <= 12) {
      const length = await connection.read(buffer);
      if (length === null) break;
      text += new TextDecoder().decode(buffer.subarray(0, length));
    }
  } catch {
    // It was reset, or the time is up.
  } finally {
    clearTimeout(timer);
    close();
    await sent;
  }
  return /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? "none";
}

/** Counts equal texts: `3 x 200, 429`. */
export function tally(texts: readonly string[]): string {
  const groups = Object.entries(Object.groupBy(texts, (text) => text));
  return groups.map(([text, all]) => all?.length === 1 ? text : `${all?.length} x ${text}`)
    .join(", ");
}

/** Returns an outcome that holds when every status matches. */
export function outcomeOf(statuses: readonly string[], expected: RegExp): Outcome {
  return { holds: statuses.every((status) => expected.test(status)), seen: tally(statuses) };
}
