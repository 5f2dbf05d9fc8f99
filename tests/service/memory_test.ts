import { deepEqual, equal, match, ok } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { startProgram } from "../program.ts";
import { iend, ihdr, pngOf } from "../png_writer.ts";
import { sample } from "../service.ts";

/** The memory that the process is given, in bytes: half of IBM's stated minimum, for fields of a third. */
const LIMIT_BYTES = 1e9;

/** Returns a white PNG of RGBA; it holds no candidate, so that decoding is nearly all of its search. */
function whitePng(side: number, bitDepth: 8 | 16): Uint8Array<ArrayBuffer> {
  const rowBytes = 1 + side * 4 * bitDepth / 8;
  const rows = new Uint8Array(side * rowBytes).fill(255);
  for (let y = 0; y < side; y++) rows[y * rowBytes] = 0;
  const idat = ["IDAT", deflateSync(rows, { level: 1 })] as const;
  return pngOf(ihdr(side, side, bitDepth, 6), idat, iend);
}

Deno.test({
  name: "a process limited to 1 GB survives more fields than fit, and patches are scored meanwhile",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using program = await startProgram([], {
      INFERENCE_WORKERS: "1",
      MAX_FIELDS: "6",
      MEMORY_LIMIT_BYTES: String(LIMIT_BYTES),
      LOG_FORMAT: "none",
    });
    const post = (path: string, body: Uint8Array<ArrayBuffer>) =>
      fetch(program.url + path, { method: "POST", headers: { "content-type": "image/png" }, body });
    // 12 megapixels of 16 bits take 384 MB, the larger picture 800 MB.
    const [deep, shallow] = [whitePng(3464, 16), whitePng(3464, 8)];
    const fields = [deep, shallow, deep, shallow, deep, shallow];
    const paths = ["model/detect?format=heatmap", "model/detect", "model/detect?format=overlay"];
    let isOver = false;
    const patch = await sample("metaphase");
    const patches = (async () => {
      const statuses = new Set<number>();
      while (!isOver) {
        const response = await post("model/predict", patch);
        await response.body?.cancel();
        statuses.add(response.status);
      }
      return [...statuses];
    })();
    const statuses = await Promise.all(fields.map(async (bytes, i) => {
      const response = await post(paths[i % paths.length] ?? "", bytes);
      await response.arrayBuffer();
      return response.status;
    }));
    const status = await Deno.readTextFile(`/proc/${program.process.pid}/status`);
    const peak = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
    console.log(`fields ${statuses.join(" ")}, peak ${(peak / 1e6).toFixed(0)} MB`);
    const tooLarge = await post("model/detect", whitePng(5000, 16));
    const { code, message } = await tooLarge.json();
    isOver = true;
    deepEqual([tooLarge.status, code], [413, "image_too_large"]);
    match(message, /^The image has 5000 x 5000 pixels; .*\(MEMORY_LIMIT_BYTES is 1\.00 GB/);
    deepEqual(await patches, [200]);
    ok(statuses.every((each) => each === 200 || each === 429), statuses.join(" "));
    equal(statuses.includes(200), true);
    ok(peak < LIMIT_BYTES, `${peak} bytes`);
  },
});
