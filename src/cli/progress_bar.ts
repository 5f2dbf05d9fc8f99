/** A progress bar on the terminal. */
export interface ProgressBar {
  /**
   * Shows that `done` of the total are done; `done` may be a fraction. Redraws at most 10 times a second.
   *
   * @param words A few words to show beside it.
   */
  update(done: number, words?: string): void;
  /** Removes the bar. */
  end(): void;
}

/** Width of the bar, in characters. */
const BAR_WIDTH = 30;

/** Shortest time between two redraws, in milliseconds. */
const REDRAW_INTERVAL_MS = 100;

/**
 * Creates a progress bar on standard error that shows the time left.
 *
 * @param total The number of things to do, which is the last value of `done`.
 * @param label What is counted, in the plural: `patches`.
 * @param before The value of `done` at the start.
 * @param isShown Whether to show it; false where standard error is no terminal, so that log files hold no
 * control characters.
 */
export function progressBar(
  total: number,
  label: string,
  before: number,
  isShown: boolean,
): ProgressBar {
  if (!isShown) return { update() {}, end() {} };
  const started = performance.now();
  let lastRedraw = 0;
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  return {
    update(done, words = "") {
      const now = performance.now();
      if (done < total && now - lastRedraw < REDRAW_INTERVAL_MS) return;
      lastRedraw = now;
      const full = Math.round((done / total) * BAR_WIDTH);
      const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
      const since = done - before;
      const secondsLeft = since === 0 ? 0 : ((now - started) / since) * (total - done) / 1000;
      const details = words === "" ? label : `${label}, ${words}`;
      write(
        `\r${bar} ${Math.floor(done)}/${total} ${details}, ${secondsLeft.toFixed(0)} s left \x1b[K`,
      );
    },
    end: () => write("\r\x1b[K"),
  };
}
