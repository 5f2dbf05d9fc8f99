/** An HTTP/1.1 connection that sends the same request repeatedly, with little processor time. */
export interface RawClient extends Disposable {
  /** Sends the request, reads the whole response, and returns its status. */
  send(): Promise<number>;
}

/** Opens a connection whose request is a POST of `body` to `path`. */
export async function openRawClient(
  port: number,
  path: string,
  contentType: string,
  body: Uint8Array,
): Promise<RawClient> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  const head = new TextEncoder().encode(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`,
  );
  const request = new Uint8Array([...head, ...body]);
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  return {
    async send() {
      for (let at = 0; at < request.length;) {
        at += await connection.write(request.subarray(at));
      }
      let response = "";
      for (;;) {
        const length = await connection.read(buffer);
        if (length === null) throw new Error("the connection was closed");
        response += decoder.decode(buffer.subarray(0, length));
        const end = response.indexOf("\r\n\r\n");
        const expected = /content-length: (\d+)/i.exec(response)?.[1];
        if (end >= 0 && response.length >= end + 4 + Number(expected ?? 0)) {
          return Number(response.slice(9, 12));
        }
      }
    },
    [Symbol.dispose]: () => connection.close(),
  };
}
