import manifest from "../../../model/manifest.json" with { type: "json" };
import { ihdr, pngOf } from "../../../tests/png_writer.ts";
import { type Attack, outcomeOf, postRequest, statusOf } from "./attack.ts";

const encoder = new TextEncoder();
/** A request that costs much to parse is refused; 200 is right as well, and 429 where others are served. */
const REFUSED_OR_ANSWERED = /^(200|4\d\d)$/;
const INFER = `/v2/models/${manifest.id}/infer`;

/** Sends the same request several times at once. */
async function sendAll(port: number, request: Uint8Array, count: number) {
  const statuses = await Promise.all(
    Array.from({ length: count }, () => statusOf(port, request)),
  );
  return outcomeOf(statuses, REFUSED_OR_ANSWERED);
}

/** A form of 15 MB whose field names are bytes of Latin-1, which are not UTF-8. */
function latin1Form(boundary: string): Uint8Array<ArrayBuffer> {
  const name = new Uint8Array(100).fill(0xe9);
  const part = [
    encoder.encode(`--${boundary}\r\nContent-Disposition: form-data; name="`),
    name,
    encoder.encode('"\r\n\r\nx\r\n'),
  ];
  const length = part.reduce((sum, { length }) => sum + length, 0);
  const count = Math.floor(15e6 / length);
  const end = encoder.encode(`--${boundary}--\r\n`);
  const form = new Uint8Array(count * length + end.length);
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (const bytes of part) {
      form.set(bytes, at);
      at += bytes.length;
    }
  }
  form.set(end, at);
  return form;
}

/** Attacks on what the serving thread parses. */
export const parsingAttacks: readonly Attack[] = [
  {
    name: "nested JSON of 4 MB, 8 at once",
    run({ port }) {
      const body = encoder.encode("[".repeat(2e6) + "]".repeat(2e6));
      return sendAll(port, postRequest(INFER, "application/json", body), 8);
    },
  },
  {
    name: "JSON with 300,000 parameters",
    run({ port }) {
      const parameters = Object.fromEntries(
        Array.from({ length: 300_000 }, (_, i) => [`p${i}`, 0]),
      );
      const body = encoder.encode(JSON.stringify({ parameters, inputs: [] }));
      return sendAll(port, postRequest(INFER, "application/json", body), 2);
    },
  },
  {
    name: "PNG of a million empty IDATs",
    run({ port }) {
      const empty = pngOf(["IDAT", []]).subarray(8);
      const start = pngOf(ihdr(64, 64));
      const png = new Uint8Array(start.length + 1_000_000 * empty.length);
      png.set(start);
      for (let at = start.length; at < png.length; at += empty.length) png.set(empty, at);
      return sendAll(port, postRequest("/model/predict", "image/png", png), 2);
    },
  },
  {
    name: "form of 15 MB with Latin-1 names",
    run({ port }) {
      const boundary = "attack";
      const type = `multipart/form-data; boundary=${boundary}`;
      return sendAll(port, postRequest("/model/predict", type, latin1Form(boundary)), 2);
    },
  },
];
