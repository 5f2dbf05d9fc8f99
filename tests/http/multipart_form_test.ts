import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { readFormImages } from "../../src/http/multipart_form.ts";
import { randomFrom } from "../random.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const part = (header: string, content: string) => `--b\r\n${header}\r\n\r\n${content}\r\n`;
const named = (rest: string) => `Content-Disposition: form-data; ${rest}`;

/** Reads the images of a form with this body and returns them as text. */
async function imagesIn(
  body: string,
  contentType = "multipart/form-data; boundary=b",
): Promise<string[]> {
  const images = await readFormImages(bytes(body), contentType, 3);
  return images.map((image) => new TextDecoder().decode(image));
}

Deno.test("a form that the platform writes is read back, whatever bytes the images hold", async () => {
  const random = randomFrom(1896);
  for (let round = 0; round < 300; round++) {
    const form = new FormData();
    const sent = Array.from({ length: 1 + random(3) }, () => {
      // Mostly the bytes of a boundary, so that the images nearly contain boundaries.
      const alphabet = [13, 10, 45, 45, 98, random(256)];
      return Uint8Array.from({ length: random(400) }, () => alphabet[random(6)] ?? 0);
    });
    for (const image of sent) form.append("image", new File([image], '\u00e4 "; name=x.png'));
    const response = new Response(form);
    const type = response.headers.get("content-type") ?? "";
    deepEqual(await readFormImages(new Uint8Array(await response.arrayBuffer()), type, 3), sent);
  }
});

Deno.test("forms of other clients are read: other quoting, other headers, other file names", async () => {
  const file = named('name="image"; filename="a.png"');
  const cases: [what: string, body: string, contentType?: string][] = [
    ["a boundary in quotation marks", part(file, "A"), 'multipart/form-data; boundary="b"'],
    ["bare parameters", part(named("name=image;filename=a.png"), "A")],
    [
      "lower-case headers and a media type",
      part(`content-type: image/png\r\n${file.toLowerCase()}`, "A"),
    ],
    [
      "a file name encoded as in RFC 5987",
      part(named("name=\"image\"; filename*=utf-8''%e4.png"), "A"),
    ],
    [
      "a media type but no file name",
      part(`${named('name="image"')}\r\nContent-Type: image/png`, "A"),
    ],
    [
      "a file name that contains name=",
      part(named('filename="; name=\\"x\\""; name="image"'), "A"),
    ],
    ["bytes after the last boundary", part(file, "A") + "--b--\r\nepilogue"],
  ];
  for (const [what, body, contentType] of cases) {
    const whole = body.includes("--b--") ? body : `${body}--b--\r\n`;
    deepEqual(await imagesIn(whole, contentType), ["A"], what);
  }
  const latin1 = Uint8Array.from(
    part(named('name="image"; filename="\u00e4.png"'), "A") + "--b--",
    (
      letter,
    ) => letter.charCodeAt(0),
  );
  equal((await readFormImages(latin1, "multipart/form-data; boundary=b", 1)).length, 1);
});

Deno.test("a body that is not a form is refused", async () => {
  const file = named('name="image"; filename="a.png"');
  for (
    const body of [
      "--",
      "--c--",
      "preamble\r\n--b--",
      "--b",
      "--b\r\n",
      part(file, "A"),
      `--b\r\n${file}\r\nA\r\n--b--`,
      part(`${file}\r\nX-Long: ${"a".repeat(9000)}`, "A") + "--b--",
    ]
  ) {
    await rejects(imagesIn(body), { code: "form_malformed" }, body.slice(0, 60));
  }
  for (const body of ["", "--b--"]) await rejects(imagesIn(body), { code: "image_missing" });
  await rejects(imagesIn("--b--", "multipart/form-data"), { code: "form_malformed" });
});

Deno.test("a body that is full of near boundaries is parsed within 2 s", async () => {
  const size = 4 * 1024 * 1024;
  const head = bytes(`--${"-".repeat(70)}\r\n${named('name="image"; filename="a"')}\r\n\r\nx`);
  for (const filling of ["-", "\r", "\r\n--", `\r\n--${"-".repeat(69)}x`]) {
    const body = new Uint8Array(head.length + size);
    body.set(head);
    const pattern = bytes(filling);
    for (let at = head.length; at < body.length; at += pattern.length) {
      body.set(pattern.subarray(0, body.length - at), at);
    }
    const start = performance.now();
    await rejects(readFormImages(body, `multipart/form-data; boundary=${"-".repeat(70)}`, 1));
    const milliseconds = performance.now() - start;
    ok(milliseconds < 2000, `${JSON.stringify(filling.slice(0, 8))}: ${milliseconds} ms`);
  }
});
