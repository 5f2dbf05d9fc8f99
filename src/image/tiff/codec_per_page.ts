import type { EmscriptenOptions } from "./libraries.ts";

/** A codec as WebAssembly, and the lines that it has printed. */
export interface PrintingCodec<T> {
  readonly codec: T;
  readonly messages: string[];
}

/**
 * Returns a function that creates one codec per page and returns it for every strip or tile of the page. A
 * codec is released with the layout of its page, because its memory never shrinks.
 */
export function codecPerPage<T>() {
  const codecs = new WeakMap<object, Promise<PrintingCodec<T>>>();
  return function codecOf(
    layout: object,
    create: (options: EmscriptenOptions) => Promise<T>,
  ): Promise<PrintingCodec<T>> {
    const known = codecs.get(layout);
    if (known !== undefined) return known;
    const messages: string[] = [];
    const print = (line: string) => void messages.push(line);
    const created = create({ print, printErr: print }).then((codec) => ({ codec, messages }));
    codecs.set(layout, created);
    return created;
  };
}
