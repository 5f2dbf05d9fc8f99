/** A request without an answer after this many milliseconds counts as hung. */
export const MAX_ANSWER_MS = 15_000;

/**
 * Sends bytes over a new connection and returns the status of the answer. Returns "closed 400" when the
 * connection is closed without an answer.
 */
export async function sendBytes(port: number, bytes: Uint8Array): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const timer = setTimeout(() => connection.close(), MAX_ANSWER_MS);
  const buffer = new Uint8Array(4096);
  let text = "";
  try {
    for (let sent = 0; sent < bytes.length;) {
      sent += await connection.write(bytes.subarray(sent));
    }
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      text += new TextDecoder().decode(buffer.subarray(0, n));
      if (text.length > 12) break;
    }
  } catch {
    // The connection was reset. The bytes received before count.
  } finally {
    clearTimeout(timer);
    try {
      connection.close();
    } catch {
      // The timer has closed it already.
    }
  }
  return /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "closed 400";
}
