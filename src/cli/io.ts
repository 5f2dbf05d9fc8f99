/** The streams and the environment that a command uses. Tests replace those of the process. */
export interface Io {
  /** Prints a line on standard output. */
  out(line: string): void;
  /** Prints a line on standard error. */
  err(line: string): void;
  /** Writes bytes to standard output as they are. */
  write(bytes: Uint8Array): Promise<void>;
  /** Reads standard input to its end. */
  readInput(): Promise<Uint8Array<ArrayBuffer>>;
  /** Returns an environment variable. */
  env(name: string): string | undefined;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Whether standard error is a terminal, so that a progress bar makes sense. */
  readonly showsProgress: boolean;
}

/** The streams and the environment of this process. */
export const processIo: Io = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  async write(bytes) {
    const writer = Deno.stdout.writable.getWriter();
    try {
      await writer.write(bytes);
    } finally {
      writer.releaseLock();
    }
  },
  readInput: async () => new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer()),
  env: (name) => Deno.env.get(name),
  get isTerminal() {
    return Deno.stdout.isTerminal();
  },
  get showsProgress() {
    return Deno.stderr.isTerminal();
  },
};
