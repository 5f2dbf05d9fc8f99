/**
 * Returns the processor time of this thread, in milliseconds, because on a busy machine a clock also
 * counts what other programs do. Elsewhere than on Linux it is the clock.
 */
function threadTime(): number {
  if (Deno.build.os !== "linux") return performance.now();
  const [nanoseconds] = Deno.readTextFileSync("/proc/thread-self/schedstat").split(" ", 1);
  return Number(nanoseconds) / 1e6;
}

/** Returns how long a function keeps this thread busy: the shortest of three runs, in milliseconds. */
export function blockingTime(run: () => void): number {
  const times = [1, 2, 3].map(() => {
    const start = threadTime();
    run();
    return threadTime() - start;
  });
  return Math.min(...times);
}
