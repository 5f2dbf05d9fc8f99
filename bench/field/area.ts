import { type Bench, search, tiledPng } from "./search.ts";

/** Sides of the square fields, in pixels. */
const SIDES = [1000, 2000, 4000, 8000] as const;

/** Measures how time and memory grow with the area of a field. */
export async function compareArea({ classifier, opener, fields: [field] }: Bench): Promise<void> {
  if (field === undefined) return;
  await search(classifier, opener, field.bytes);
  console.log("pixels        s  ms / Mpx  windows  mitoses  peak MiB resident");
  for (const side of SIDES) {
    const bytes = tiledPng(field.image, side);
    let peak = 0;
    const watch = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), 20);
    const { milliseconds, windows, summary } = await search(classifier, opener, bytes)
      .finally(() => clearInterval(watch));
    console.log([
      `${side} x ${side}`,
      (milliseconds / 1000).toFixed(2).padStart(8),
      (milliseconds / (side * side / 1e6)).toFixed(0).padStart(9),
      String(windows).padStart(8),
      String(summary.count).padStart(8),
      (peak / 2 ** 20).toFixed(0).padStart(10),
    ].join(" "));
  }
}
