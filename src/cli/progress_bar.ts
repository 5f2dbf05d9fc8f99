/** A progress bar on the terminal. */
export interface ProgressBar {
  /** Shows that `done` of the total are done. `done` may be fractional. Redraws at most 10 times a second. */
  update(done: number): void;
  /** Removes the bar. */
  end(): void;
}

/** Width of the bar, in characters. */
const BAR_WIDTH = 30;

/** Least time between two redraws, in milliseconds. */
const REDRAW_INTERVAL_MS = 100;

/**
 * Creates a progress bar on standard error that shows the time left. When standard error is not a
 * terminal, it shows nothing, so that log files hold no control characters.
 *
 * @param total The number of things to do, which is the last value of `done`.
 * @param label What is counted, in the plural: `patches`.
 */
export function progressBar(total: number, label: string): ProgressBar {
  if (!Deno.stderr.isTerminal()) return { update() {}, end() {} };
  const started = performance.now();
  let lastRedraw = 0;
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  return {
    update(done) {
      const now = performance.now();
      if (done < total && now - lastRedraw < REDRAW_INTERVAL_MS) return;
      lastRedraw = now;
      const full = Math.round((done / total) * BAR_WIDTH);
      const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
      const secondsLeft = done === 0 ? 0 : ((now - started) / done) * (total - done) / 1000;
      write(
        `\r${bar} ${Math.floor(done)}/${total} ${label}, ${secondsLeft.toFixed(0)} s left \x1b[K`,
      );
    },
    end: () => write("\r\x1b[K"),
  };
}
