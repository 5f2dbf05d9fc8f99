import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { readFormImages } from "../../src/http/multipart_form.ts";
import { blockingTime } from "../cpu_time.ts";
import { randomFrom } from "../random.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const part = (header: string, content: string) => `--b\r\n${header}\r\n\r\n${content}\r\n`;
const named = (rest: string) => `Content-Disposition: form-data; ${rest}`;

/** Reads the images of a form with this body and returns them as text. */
function imagesIn(
  body: string,
  contentType = "multipart/form-data; boundary=b",
): string[] {
  const images = readFormImages(bytes(body), contentType, 3);
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
    deepEqual(readFormImages(new Uint8Array(await response.arrayBuffer()), type, 3), sent);
  }
});

Deno.test("forms of other clients are read: other quoting, other headers, other file names", () => {
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
    ["an empty line before the first boundary", `\r\n${part(file, "A")}`],
    ["a preamble", `This is a message in MIME format.\r\n-- \r\n${part(file, "A")}`],
    ["a text field before it", part(named('name="csrf_token"'), "abc") + part(file, "A")],
    ["a file of another name", part(file, "A") + part(named('name="mask"; filename="m.png"'), "M")],
    ["bytes after the last boundary", part(file, "A") + "--b--\r\nepilogue"],
  ];
  for (const [what, body, contentType] of cases) {
    const whole = body.includes("--b--") ? body : `${body}--b--\r\n`;
    deepEqual(imagesIn(whole, contentType), ["A"], what);
  }
});

Deno.test("a body that is not a form is refused", () => {
  const file = named('name="image"; filename="a.png"');
  for (
    const body of [
      "--",
      "--c--",
      "preamble--b--",
      "--b",
      "--b\r\n",
      part(file, "A"),
      `--b\r\n${file}\r\nA\r\n--b--`,
      part(`${file}\r\nX-Long: ${"a".repeat(9000)}`, "A") + "--b--",
    ]
  ) {
    throws(() => imagesIn(body), { code: "form_malformed" }, body.slice(0, 60));
  }
  for (const body of ["", "--b--"]) throws(() => imagesIn(body), { code: "image_missing" });
  throws(() => imagesIn("--b--", "multipart/form-data"), { code: "form_malformed" });
});

Deno.test("a form without an image is refused, and the message names the fields that it has", () => {
  const other = part(named('name="picture"; filename="a.png"'), "A");
  throws(() => imagesIn(`${other}--b--`), { code: "image_missing", message: /'image'.*'picture'/ });
  const text = part(named('name="image"'), "A");
  throws(() => imagesIn(`${text}--b--`), { code: "image_missing", message: /is text/ });
  throws(() => imagesIn(`${text}${part(named('name="image"; filename="a"'), "A")}--b--`), {
    code: "image_missing",
  });
});

/** Encodes text as ISO 8859-1. */
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

Deno.test("names that are not UTF-8 are read at the same speed, beside empty parts", () => {
  const sent = ["A", "", "x".repeat(5_000_000), "", "y".repeat(5_000_000)];
  const body = latin1(
    sent.map((text, i) => part(named(`name="image"; filename="\u00e4${i}.png"`), text)).join("") +
      "--b--\r\n",
  );
  let images: Uint8Array[] = [];
  const milliseconds = blockingTime(() => {
    images = readFormImages(body, "multipart/form-data; boundary=b", 5);
  });
  deepEqual(images.map((image) => new TextDecoder().decode(image)), sent);
  ok(milliseconds < 100, `${milliseconds} ms`);
});

Deno.test("a form of many long headers is parsed within 100 ms", () => {
  for (const letter of ["\u00e4", "=", '"', ";a=", "\\"]) {
    const header = named(`name="image"; filename="a"; x=${letter.repeat(900 / letter.length)}`);
    const body = latin1(part(header, "A").repeat(256) + "--b--");
    const milliseconds = blockingTime(() => {
      equal(readFormImages(body, "multipart/form-data; boundary=b", 256).length, 256);
    });
    ok(milliseconds < 100, `${letter}: ${milliseconds} ms`);
  }
});

Deno.test("a body that is full of near boundaries is parsed within 100 ms", () => {
  const size = 15 * 1024 * 1024;
  const boundary = "-".repeat(70);
  const head = bytes(`--${boundary}\r\n${named('name="image"; filename="a"')}\r\n\r\nx`);
  for (const filling of ["-", "\r", "\r\n--", `\r\n--${"-".repeat(69)}x`]) {
    const body = new Uint8Array(head.length + size);
    body.set(head);
    const pattern = bytes(filling);
    for (let at = head.length; at < body.length; at += pattern.length) {
      body.set(pattern.subarray(0, body.length - at), at);
    }
    const milliseconds = blockingTime(() => {
      throws(() => readFormImages(body, `multipart/form-data; boundary=${boundary}`, 1));
    });
    ok(milliseconds < 100, `${JSON.stringify(filling.slice(0, 8))}: ${milliseconds} ms`);
  }
  throws(() => imagesIn("--b--", `multipart/form-data; boundary=${"b".repeat(71)}`), {
    code: "form_malformed",
    message: /71 characters.*70/,
  });
});
