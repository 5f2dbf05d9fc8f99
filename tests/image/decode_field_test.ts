import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { decodeField } from "../../src/image/decode_field.ts";
import { Problem } from "../../src/errors.ts";
import { shared, sharedTest } from "../optional.ts";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { tiff } from "../tiff_writer.ts";

const MOST = 100e6;

async function refused(bytes: Uint8Array, code: string): Promise<string> {
  let message = "";
  await rejects(decodeField(bytes, MOST), (thrown) => {
    ok(thrown instanceof Problem, String(thrown));
    equal(thrown.code, code);
    message = thrown.message;
    return true;
  });
  return message;
}

const grey = { 256: 4, 257: 2, 258: 8, 259: 1, 262: 1, 277: 1, 278: 2 };
const samples = new Uint8Array([0, 50, 100, 150, 200, 250, 255, 5]);
const repeatedSamples = [...samples].flatMap((value) => [value, value, value]);

Deno.test("a TIFF is read uncompressed and with Deflate", async () => {
  deepEqual([...(await decodeField(tiff(grey, samples), MOST)).data], repeatedSamples);
  const deflated = tiff({ ...grey, 259: 8 }, deflateSync(samples));
  deepEqual([...(await decodeField(deflated, MOST)).data], repeatedSamples);
});

Deno.test("a TIFF is read with PackBits, of 8 and 16 bits, and with white as 0", async () => {
  const packed = new Uint8Array([7, ...samples]);
  deepEqual(
    [...(await decodeField(tiff({ ...grey, 259: 32773 }, packed), MOST)).data],
    repeatedSamples,
  );
  const run = new Uint8Array([0xfd, 9, 3, 10, 20, 30, 40]);
  const white = await decodeField(tiff({ ...grey, 259: 32773, 262: 0 }, run), MOST);
  deepEqual([0, 12, 23].map((at) => white.data[at]), [246, 245, 215]);
  const deep = tiff(
    { ...grey, 256: 1, 258: 16, 259: 32773 },
    new Uint8Array([3, 0xff, 0xff, 0, 0x80]),
  );
  deepEqual([...(await decodeField(deep, MOST)).data], [255, 255, 255, 128, 128, 128]);
  await refused(tiff({ ...grey, 259: 32773 }, packed.subarray(0, 5)), "image_truncated");
  await refused(tiff({ ...grey, 259: 32773 }, new Uint8Array([0x81, 9])), "image_bomb");
});

Deno.test("a TIFF that is cut, inflates to more, or is of a kind that is not read is refused", async () => {
  await refused(tiff({ ...grey, 279: 800 }, samples), "image_truncated");
  await refused(tiff({ ...grey, 259: 8 }, deflateSync(new Uint8Array(1e6))), "image_bomb");
  await refused(tiff({ ...grey, 259: 4 }, samples), "image_unsupported");
  await refused(tiff({ ...grey, 256: 20_000, 257: 20_000 }, samples), "image_too_large");
  // Its first page would be at byte 200: most programs write the tags last.
  await refused(new Uint8Array([0x49, 0x49, 42, 0, 200, 0, 0, 0]), "image_truncated");
  await refused(new Uint8Array([0x49, 0x49, 42, 0, 0, 0, 0, 0]), "image_corrupt");
});

Deno.test("an LZW strip that unpacks to more than it may is refused before it is unpacked", async () => {
  // Clear, 0, then ever longer runs of zeros: codes 258, 259, ... of 9 to 12 bits.
  const codes = [256, 0, ...Array.from({ length: 250 }, (_, i) => 258 + i)];
  const bits = codes.map((code) => code.toString(2).padStart(9, "0")).join("").padEnd(2280, "0");
  const strip = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
  await refused(tiff({ ...grey, 259: 5 }, strip), "image_bomb");
});

Deno.test("a PNG bomb of 20,000 x 20,000 costs no more than its header", async () => {
  const bomb = pngOf(ihdr(20_000, 20_000), idat([]), iend);
  const started = performance.now();
  const message = await refused(bomb, "image_too_large");
  ok(performance.now() - started < 50);
  ok(message.includes("20000 x 20000") && message.includes("100 million"));
});

Deno.test("text, nothing, and a JPEG's first bytes are refused by what they are", async () => {
  await refused(new TextEncoder().encode("hello"), "image_unsupported");
  await refused(new Uint8Array(0), "image_empty");
  await refused(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]), "image_truncated");
  const frame = (components: number) =>
    new Uint8Array([0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 16, 0, 16, components]);
  ok((await refused(frame(4), "image_unsupported")).includes("CMYK"));
});

sharedTest("a JPEG that is to be shown turned is read as it is stored", async () => {
  const bytes = await Deno.readFile(`${shared}/fields/brecahad/10011.jpg`);
  // An Exif segment with one entry: orientation (0x0112), SHORT, 1 value, 6: a quarter turn.
  const exif = Uint8Array.fromHex(
    "ffe10022" + "457869660000" + "4d4d002a00000008" + "0001" + "01120003000000010006" + "0000" +
      "00000000",
  );
  const turned = new Uint8Array([...bytes.subarray(0, 2), ...exif, ...bytes.subarray(2)]);
  const stored = await decodeField(bytes, MOST);
  const { width, height, data } = await decodeField(turned, MOST);
  deepEqual([width, height], [1360, 1024]);
  deepEqual(data.subarray(0, 3000), stored.data.subarray(0, 3000));
});

sharedTest("a JPEG is decoded, one cut in half is not", async () => {
  const bytes = await Deno.readFile(`${shared}/fields/brecahad/10011.jpg`);
  const { width, height, data } = await decodeField(bytes, MOST);
  deepEqual([width, height, data.length], [1360, 1024, 1360 * 1024 * 3]);
  // As Pillow decodes them.
  deepEqual([...data.subarray(0, 6)], [224, 203, 236, 219, 198, 231]);
  await refused(bytes.subarray(0, bytes.length / 2), "image_truncated");
});
