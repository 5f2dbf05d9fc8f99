import { deflateSync } from "node:zlib";
import { iend, ihdr, pngOf } from "../../../tests/png_writer.ts";
import { tiff } from "../../../tests/tiff_writer.ts";
import { randomFrom } from "../../../tests/random.ts";
import { type Attack, outcomeOf, postRequest, sleep, statusOf, type Target } from "./attack.ts";

/** Returns a square PNG whose rows `paint` fills; the filter bytes are set to 0. */
export function squarePng(
  side: number,
  { samples = 3, bitDepth = 8 }: { readonly samples?: 3 | 4; readonly bitDepth?: 8 | 16 } = {},
  paint: (rows: Uint8Array) => void = (rows) => rows.fill(255),
): Uint8Array<ArrayBuffer> {
  const rowBytes = 1 + side * samples * bitDepth / 8;
  const rows = new Uint8Array(side * rowBytes);
  paint(rows);
  for (let y = 0; y < side; y++) rows[y * rowBytes] = 0;
  const header = ihdr(side, side, bitDepth, samples === 4 ? 6 : 2);
  return pngOf(header, ["IDAT", deflateSync(rows, { level: 1 })], iend);
}

/** A field of random squares, in which a search finds something everywhere. */
function noisePng(side: number): Uint8Array<ArrayBuffer> {
  const random = randomFrom(1);
  const across = Math.ceil(side / SQUARE_PX);
  const colors = Array.from({ length: across * across }, () => [random(256), random(256), 160]);
  const rowBytes = 1 + 3 * side;
  return squarePng(side, {}, (rows) => {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const square = Math.floor(y / SQUARE_PX) * across + Math.floor(x / SQUARE_PX);
        rows.set(colors[square] ?? [], y * rowBytes + 1 + 3 * x);
      }
    }
  });
}

/** Side of the squares of {@linkcode noisePng}, in pixels. */
const SQUARE_PX = 8;

async function sendFields(
  { port }: Target,
  requests: readonly Uint8Array[],
  milliseconds: number,
): Promise<string[]> {
  return await Promise.all(requests.map((request) => statusOf(port, request, milliseconds)));
}

/** How long a legal search may run in an attack, in milliseconds. Its client leaves then. */
const MAX_SEARCH_MS = 40_000;

const GREEDY = "/model/detect?exact=true&threshold=0&suppression=0.5";

/** A PNG of 20,000 x 20,000 pixels in its header, and one that inflates to more than it declares. */
function pngBombs(): Uint8Array<ArrayBuffer>[] {
  const zeros = deflateSync(new Uint8Array(64 * 1024 * 1024));
  return [
    pngOf(ihdr(20_000, 20_000), ["IDAT", zeros], iend),
    pngOf(ihdr(512, 512), ["IDAT", zeros], iend),
    pngOf(ihdr(0x7fffffff, 0x7fffffff, 16, 6, 1), ["IDAT", zeros], iend),
  ];
}

/** TIFFs: a strip that unpacks to more, a tile beyond the file, and a page that names itself as the next. */
function tiffBombs(): Uint8Array<ArrayBuffer>[] {
  const tags = { 256: 512, 257: 512, 258: [8, 8, 8], 262: 2, 277: 3 };
  const zeros = deflateSync(new Uint8Array(64 * 1024 * 1024));
  const small = new Uint8Array(16);
  return [
    tiff({ ...tags, 259: 8, 278: 512 }, zeros),
    tiff({ ...tags, 256: 60_000, 257: 60_000, 259: 8, 278: 60_000 }, small),
    tiff({ ...tags, 259: 8, 322: 65_520, 323: 65_520 }, small),
    tiff({ ...tags, 259: 1, 278: 512 }, small),
  ];
}

/** Attacks by fields of view: legal ones that ask for everything, and hostile ones. */
export const fieldAttacks: readonly Attack[] = [
  {
    name: "exact search for everything in 3,072 px",
    async run(target) {
      const request = postRequest(GREEDY, "image/png", noisePng(3072));
      const events = postRequest(GREEDY, "image/png", noisePng(3072), "Accept: text/event-stream");
      const statuses = await sendFields(target, [request, events], MAX_SEARCH_MS);
      // A search that goes on when its client leaves has sent no status; the health of others counts.
      return { ...outcomeOf(statuses, /^(200|4\d\d|503|none)$/) };
    },
  },
  {
    name: "hostile pictures",
    async run(target) {
      const requests = [
        ...pngBombs().map((file) => postRequest("/model/detect", "image/png", file)),
        ...tiffBombs().map((file) => postRequest("/model/detect", "image/tiff", file)),
      ];
      // 200 is right for the PNG whose pixels are whole and are followed by more: libpng reads it too.
      return outcomeOf(await sendFields(target, requests, 20_000), /^(200|4\d\d)$/);
    },
  },
  {
    name: "fields of 36 megapixels and 16 bits with 2 GB",
    env: { MEMORY_LIMIT_BYTES: String(2e9), MAX_FIELDS: "4" },
    maxMegabytes: 2000,
    async run(target) {
      const large = squarePng(6000, { samples: 4, bitDepth: 16 });
      const plain = squarePng(6000);
      const requests = [large, plain, large, plain].map((file, i) =>
        postRequest(
          `/model/detect?format=${i % 2 === 0 ? "heatmap" : "overlay"}`,
          "image/png",
          file,
        )
      );
      const statuses = await sendFields(target, requests, 120_000);
      const { holds, seen } = outcomeOf(statuses, /^(200|429)$/);
      return { holds: holds && statuses.includes("200"), seen };
    },
  },
  {
    name: "SIGTERM during three exact searches",
    isStop: true,
    env: { SHUTDOWN_GRACE_MS: "500", SHUTDOWN_TIMEOUT_MS: "6000" },
    async run(target) {
      const request = postRequest(
        "/model/detect?exact=true&stride=4",
        "image/png",
        noisePng(1536),
      );
      const answers = sendFields(target, [request, request, request], 30_000);
      await sleep(3000);
      const start = performance.now();
      target.program.process.kill("SIGTERM");
      const { code } = await target.program.process.status;
      const seconds = (performance.now() - start) / 1000;
      const { holds, seen } = outcomeOf(await answers, /^(200|503)$/);
      return {
        holds: holds && code === 0 && seconds < 8,
        seen: `${seen}; exit ${code} after ${seconds.toFixed(1)} s`,
      };
    },
  },
];
