/** A line that shows how far a long piece of work is. */
export interface Progress {
  /** Shows that `done` of the total are done. */
  update(done: number): void;
  /** Takes the line away. */
  end(): void;
}

const WIDTH = 30;

/**
 * A progress bar on standard error, with the time that is left; silent where standard error is not a
 * terminal, so that a log holds no control characters.
 *
 * @param label What is counted, in the plural: `patches`.
 */
export function progressBar(total: number, label: string): Progress {
  if (!Deno.stderr.isTerminal()) return { update() {}, end() {} };
  const started = performance.now();
  let shown = 0;
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  return {
    update(done) {
      const now = performance.now();
      if (done < total && now - shown < 100) return;
      shown = now;
      const full = Math.round((done / total) * WIDTH);
      const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
      const left = done === 0 ? 0 : ((now - started) / done) * (total - done) / 1000;
      write(`\r${bar} ${done}/${total} ${label}, ${left.toFixed(0)} s left \x1b[K`);
    },
    end: () => write("\r\x1b[K"),
  };
}
