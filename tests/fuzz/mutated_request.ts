import manifest from "../../model/manifest.json" with { type: "json" };
import { mutate } from "./mutate.ts";
import type { Seeds } from "./seeds.ts";

/** A whole HTTP request. */
export interface RawRequest {
  /** The mutated part and the path: `image /model/predict`. */
  readonly kind: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Random = (below: number) => number;
const encoder = new TextEncoder();

/** The routes that accept images, with queries that cost little work. */
const UPLOAD_PATHS = [
  "/model/predict",
  "/model/explain?mask=32&stride=32",
  "/model/detect",
] as const;
const INFER_PATH = `/v2/models/${manifest.id}/infer`;

/**
 * Creates a request of a fuzz run. One part of it is mutated: the image, the form around it, the tensor
 * of the Open Inference Protocol, the path, or the header.
 */
export function mutatedRequest(seeds: Seeds, random: Random): RawRequest {
  const part = ["image", "form", "tensor", "path", "header"][random(5)] ?? "image";
  const path = UPLOAD_PATHS[random(UPLOAD_PATHS.length)] ?? UPLOAD_PATHS[0];
  const [format, file] = seedFor(path, seeds, random);
  const kind = `${part} ${part === "tensor" ? INFER_PATH : path.split("?")[0]}`;
  switch (part) {
    case "image":
      return {
        kind,
        bytes: request(path, `image/${format}`, mutate(file, random), acceptHeader(random)),
      };
    case "form":
      return {
        kind,
        bytes: request(path, "multipart/form-data; boundary=b", mutate(form(file), random)),
      };
    case "tensor":
      return { kind, bytes: tensorRequest(random) };
    case "path": {
      const changed = new TextDecoder("latin1").decode(mutate(encoder.encode(path), random));
      return { kind, bytes: request(changed, `image/${format}`, file) };
    }
    default: {
      const whole = request(path, `image/${format}`, file);
      const head = whole.indexOf(13, 200) + 4;
      return { kind, bytes: joined(mutate(whole.slice(0, head), random), whole.slice(head)) };
    }
  }
}

/** Returns a file that the route accepts: a field may have any format, a patch is a PNG. */
function seedFor(path: string, seeds: Seeds, random: Random): [format: keyof Seeds, Uint8Array] {
  const formats = ["png", "jpeg", "tiff"] as const;
  const format = path === "/model/detect" ? formats[random(3)] ?? "png" : "png";
  return [format, seeds[format]];
}

/** Returns, for one request in four, a header that asks for another format of the answer. */
function acceptHeader(random: Random): string {
  const type = ["text/event-stream", "application/problem+json"][random(8)];
  return type === undefined ? "" : `Accept: ${type}\r\n`;
}

/** Creates a POST request whose Content-Length is right, whatever else is wrong. */
function request(
  path: string,
  type: string,
  body: Uint8Array,
  extra = "",
): Uint8Array<ArrayBuffer> {
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n` +
    `${extra}Connection: close\r\nX-Request-Timeout-Ms: 5000\r\nUser-Agent: fuzz\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  return joined(Uint8Array.from(head, (letter) => letter.charCodeAt(0)), body);
}

function form(file: Uint8Array): Uint8Array {
  const head = '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n' +
    "Content-Type: image/png\r\n\r\n";
  // Most of the image is left out, so that mutations hit the form around it.
  return joined(encoder.encode(head), file.slice(0, 120), encoder.encode("\r\n--b--\r\n"));
}

/** Creates an inference request: JSON alone, or JSON followed by the bytes of the tensor. */
function tensorRequest(random: Random): Uint8Array<ArrayBuffer> {
  const binary = random(2) === 0;
  const input = { name: "image", datatype: "UINT8", shape: [1, 64, 64, 3] };
  const json = encoder.encode(JSON.stringify({
    id: "a",
    parameters: { binary_data_output: random(2) === 0 },
    inputs: [
      binary
        ? { ...input, parameters: { binary_data_size: 12288 } }
        : { ...input, data: Array.from({ length: 12288 }, (_, i) => i % 256) },
    ],
  }));
  if (!binary) return request(INFER_PATH, "application/json", mutate(json, random));
  // Only the JSON is mutated; among so many pixels it would seldom be hit.
  const changed = mutate(json, random);
  const length = random(8) === 0 ? random(20_000) : changed.length;
  return request(
    INFER_PATH,
    "application/octet-stream",
    joined(changed, new Uint8Array(random(16) === 0 ? random(20_000) : 12288)),
    `Inference-Header-Content-Length: ${length}\r\n`,
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
