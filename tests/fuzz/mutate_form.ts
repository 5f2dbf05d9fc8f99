import { mutate, type Random } from "./mutate.ts";

const encoder = new TextEncoder();

/** One part of a form: its header lines without line breaks, and its bytes. */
interface Part {
  readonly lines: string[];
  readonly body: Uint8Array;
}

/** Names of fields: right, empty, wrong, not ASCII, too long. */
const NAMES = ["image", "images", "Image", "", "file", "im\u00e4ge", 'a"b', "x".repeat(2000)];

/** Parameters of Content-Disposition that name a file in unusual ways. */
const FILE_NAMES = [
  '; filename="a.png"',
  "; filename=a.png",
  "; filename*=UTF-8''%e2%82%ac.png",
  '; filename=""',
  '; filename="..\\..\\a.png"',
  '; filename="\u00e9.png"',
  '; filename="a.png',
  ";filename",
  "",
];

/** Further header lines of a part. */
const LINES = [
  "Content-Type: image/png",
  "Content-Type: text/plain; charset=utf-16",
  "Content-Type: multipart/mixed; boundary=c",
  "Content-Type:",
  "Content-Transfer-Encoding: base64",
  "Content-Encoding: gzip",
  "Content-Length: 999999",
  "Content-Disposition: form-data",
  "Content-Disposition: attachment; name=image",
  ": no name",
  "no colon",
  " folded",
  `X-Long: ${"y".repeat(3000)}`,
];

/** Line ends and separators, most of them right. */
const LINE_ENDS = ["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", ""];

/** A body and its media type. */
export interface MutatedForm {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Makes a form of files that is wrong in ways in which a form can be wrong: parts that are missing, repeated
 * or have other names, header lines, line ends, boundaries, a missing end, bytes before and after. One form
 * in five is changed blindly too.
 *
 * @param files The files of the field `image`.
 * @param random Returns a whole number from 0 to `below` - 1.
 */
export function mutatedForm(files: readonly Uint8Array[], random: Random): MutatedForm {
  const pick = <T>(values: readonly [T, ...T[]] | readonly T[], usual: T): T =>
    random(3) === 0 ? values[random(values.length)] ?? usual : usual;
  const parts = files.map((body): Part => ({
    lines: [
      `Content-Disposition: form-data; name="${pick(NAMES, "image")}"` +
      pick(FILE_NAMES, '; filename="a.png"'),
      "Content-Type: image/png",
    ],
    body,
  }));
  for (let changes = random(4); changes > 0; changes--) changeParts(parts, random);
  const boundary = pick(["b", "", "-", "b".repeat(70), "b".repeat(71), "b b", "b:=?/"], "b");
  const end = pick(LINE_ENDS, "\r\n");
  const pieces: Uint8Array[] = [encoder.encode(pick(["", "\r\n", "preamble\r\n", "--b"], ""))];
  for (const { lines, body } of parts) {
    const head = `--${pick([boundary, `${boundary} `, "c", ""], boundary)}${end}` +
      `${lines.join(end)}${end}${pick(LINE_ENDS, end)}`;
    // Half of the names beyond ASCII are not UTF-8.
    pieces.push(
      random(2) === 0 ? encoder.encode(head) : latin1(head),
      body,
      encoder.encode("\r\n"),
    );
  }
  pieces.push(
    encoder.encode(pick(["", "--b", "--b-", "--b--\r\n--b--", "--b--x"], `--${boundary}--\r\n`)),
  );
  const whole = joined(pieces);
  const type = pick([
    "multipart/form-data",
    "multipart/form-data; boundary",
    'multipart/form-data; boundary="b',
    `multipart/form-data; charset=utf-8; boundary=${boundary}`,
    `multipart/mixed; boundary=${boundary}`,
    `MULTIPART/Form-Data; Boundary="${boundary}"`,
  ], `multipart/form-data; boundary=${boundary}`);
  return { type, body: random(5) === 0 ? mutate(whole, random) : whole };
}

function changeParts(parts: Part[], random: Random): void {
  const at = random(parts.length + 1);
  const part = parts[at];
  const other = parts[random(parts.length + 1)];
  switch (random(6)) {
    case 0:
      return void parts.splice(at, 1);
    case 1:
      return void (other !== undefined && parts.splice(at, 0, other));
    case 2:
      return void parts.splice(at, 0, ...Array(random(300)).fill(other ?? textPart()));
    case 3:
      return void parts.splice(at, 0, textPart());
    case 4:
      return void part?.lines.splice(random(3), random(2), LINES[random(LINES.length)] ?? "");
    default:
      return void part?.lines.push(...Array(random(40)).fill(LINES[random(LINES.length)]));
  }
}

function textPart(): Part {
  return { lines: ['Content-Disposition: form-data; name="note"'], body: encoder.encode("text") };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
