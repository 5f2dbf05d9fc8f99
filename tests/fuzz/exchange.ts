/** No answer within this is a hang, in milliseconds. */
export const LONGEST_MS = 15_000;

/** Sends bytes and gives the status of the answer; a connection closed without one is "closed 400". */
export async function exchange(port: number, bytes: Uint8Array): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const timer = setTimeout(() => connection.close(), LONGEST_MS);
  const buffer = new Uint8Array(4096);
  let text = "";
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      text += new TextDecoder().decode(buffer.subarray(0, n));
      if (text.length > 12) break;
    }
  } catch {
    // Reset: what came before counts.
  } finally {
    clearTimeout(timer);
    try {
      connection.close();
    } catch {
      // It was closed by the timer.
    }
  }
  return /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "closed 400";
}
