/// <reference lib="dom" />

/** One event of a `text/event-stream`. */
export interface StreamEvent {
  /** Name of the event; `message` if the stream gives none. */
  readonly name: string;
  /** Its lines of data, joined by line feeds. */
  readonly data: string;
}

/**
 * Reads server-sent events from the body of a response as they arrive. Of the HTML standard's event stream
 * format it reads the fields `event` and `data`, which the service sends. An event that the end of the
 * stream cuts off is dropped. The browser's `EventSource` cannot be used, because it cannot send a file.
 *
 * @throws {Error} If the connection breaks.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<StreamEvent> {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseEvent(block);
      // A block without data is a comment, which a proxy sends to keep the connection open.
      if (event.data !== "") yield event;
    }
  }
}

function parseEvent(block: string): StreamEvent {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return { name, data: data.join("\n") };
}
