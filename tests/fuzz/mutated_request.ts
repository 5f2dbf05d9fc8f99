import manifest from "../../model/manifest.json" with { type: "json" };
import { mutate, type Random } from "./mutate.ts";
import { mutatedForm } from "./mutate_form.ts";
import { mutateJpeg } from "./mutate_jpeg.ts";
import { type Json, mutatedJson } from "./mutate_json.ts";
import { mutateTiff } from "./mutate_tiff.ts";
import type { FileSeed, RequestSeeds } from "./request_seeds.ts";

/** A whole HTTP request. */
export interface RawRequest {
  /** The mutated part and the path: `image /model/predict`. */
  readonly kind: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

/** The routes that accept images, with queries that cost little work. */
const UPLOAD_PATHS = [
  "/model/predict",
  "/model/explain?mask=32&stride=32",
  "/model/detect",
  "/model/detect",
] as const;
const INFER_PATH = `/v2/models/${manifest.id}/infer`;

/** The routes without a body. */
const GET_PATHS = [
  "/",
  "/app",
  "/app/model",
  "/docs",
  "/docs/swagger-ui.css",
  "/openapi.json",
  "/swagger.json",
  "/metrics",
  "/model/metadata",
  "/model/samples",
  "/v2",
  "/v2/health/live",
  "/v2/health/ready",
  `/v2/models/${manifest.id}`,
  `/v2/models/${manifest.id}/ready`,
  `/v2/models/${manifest.id}/versions/${manifest.version}/ready`,
] as const;

/** Names of query parameters and values for them, right and wrong. */
const PARAMETERS = [
  ...[
    "threshold",
    "mpp",
    "suppression",
    "stride",
    "exact",
    "format",
    "border",
    "mask",
    "keep",
    "x",
  ],
];
const QUERY_VALUES = [
  ...["", "0", "-1", "0.25", "0.5", "1e9", "NaN", "Infinity", "true", "false", "json", "csv"],
  ...["geojson", "overlay", "heatmap", "midog", "8", "64", "%00", "%ff", "%zz", "a".repeat(3000)],
];
const METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "POST", "TRACE", "get", "X"];

/** The part of a request that is mutated. */
const PARTS = ["image", "image", "form", "tensor", "query", "path", "header", "get"] as const;

/**
 * Creates a request of a fuzz run. One part of it is mutated: the image by the rules of its format, the form
 * around it, the tensor of the Open Inference Protocol, the query, the path, or the header.
 */
export function mutatedRequest(seeds: RequestSeeds, random: Random): RawRequest {
  const part = PARTS[random(PARTS.length)] ?? "image";
  const path = UPLOAD_PATHS[random(UPLOAD_PATHS.length)] ?? UPLOAD_PATHS[0];
  const files = path === "/model/detect" ? seeds.fields : seeds.patches;
  const file = files[random(files.length)];
  if (file === undefined) throw new Error("there are no seeds");
  const kind = `${part} ${part === "tensor" ? INFER_PATH : path.split("?")[0]}`;
  switch (part) {
    case "image":
      return {
        kind: `${part} ${file.type} ${path.split("?")[0]}`,
        bytes: request(path, file.type, mutateImage(file, random), acceptHeader(random)),
      };
    case "form": {
      const count = random(8) === 0 ? random(20) : 1;
      // Most of the image is left out in half of the forms, so that they cost little.
      const bytes = random(2) === 0 ? file.bytes : file.bytes.slice(0, 120);
      const { type, body } = mutatedForm(Array(count).fill(bytes), random);
      return { kind, bytes: request(path, type, body) };
    }
    case "tensor":
      return { kind, bytes: tensorRequest(random) };
    case "query":
      return { kind, bytes: request(withQuery(path, random), file.type, file.bytes) };
    case "path": {
      const changed = new TextDecoder("latin1").decode(mutate(encoder.encode(path), random));
      return { kind, bytes: request(changed, file.type, file.bytes) };
    }
    case "header": {
      const whole = request(path, file.type, file.bytes);
      const head = whole.indexOf(13, 200) + 4;
      return { kind, bytes: joined(mutate(whole.slice(0, head), random), whole.slice(head)) };
    }
    default:
      return { kind: "get", bytes: getRequest(random) };
  }
}

function mutateImage({ type, bytes }: FileSeed, random: Random): Uint8Array {
  switch (type) {
    case "image/tiff":
      return mutateTiff(bytes, random);
    case "image/jpeg":
      return mutateJpeg(bytes, random);
    default:
      return mutate(bytes, random);
  }
}

/** Returns, for one request in four, a header that asks for another format of the answer. */
function acceptHeader(random: Random): string {
  const type = ["text/event-stream", "application/problem+json"][random(8)];
  return type === undefined ? "" : `Accept: ${type}\r\n`;
}

function withQuery(path: string, random: Random): string {
  const pairs = Array.from({ length: 1 + random(3) }, () => {
    const name = PARAMETERS[random(PARAMETERS.length)];
    return `${name}${random(10) === 0 ? "" : "="}${QUERY_VALUES[random(QUERY_VALUES.length)]}`;
  });
  return `${path.split("?")[0]}?${pairs.join("&")}`;
}

/** A request without a body whose method, path or headers are unusual. */
function getRequest(random: Random): Uint8Array<ArrayBuffer> {
  const path = GET_PATHS[random(GET_PATHS.length)] ?? "/";
  const changed = random(2) === 0
    ? path
    : new TextDecoder("latin1").decode(mutate(encoder.encode(path), random));
  const method = METHODS[random(2) === 0 ? 0 : random(METHODS.length)];
  const lines = [
    "If-None-Match: *",
    "Range: bytes=0-",
    "Accept-Encoding: gzip;q=0, *",
    "Expect: x",
  ];
  const extra = random(3) === 0 ? `${lines[random(lines.length)]}\r\n` : "";
  const text =
    `${method} ${changed} HTTP/1.1\r\nHost: localhost\r\n${extra}Connection: close\r\n\r\n`;
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
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

/** Creates an inference request: JSON alone, or JSON followed by the bytes of the tensor. */
function tensorRequest(random: Random): Uint8Array<ArrayBuffer> {
  const binary = random(2) === 0;
  const input: Json = { name: "image", datatype: "UINT8", shape: [1, 64, 64, 3] };
  const pixels = Array.from({ length: 12288 }, (_, i) => i % 256);
  const changed = mutatedJson({
    id: "a",
    parameters: { binary_data_output: random(2) === 0 },
    inputs: [
      binary
        ? { ...input, parameters: { binary_data_size: 12288 } }
        : { ...input, data: random(4) === 0 ? nested(pixels) : pixels },
    ],
    outputs: [{ name: "probability", parameters: { binary_data: random(2) === 0 } }],
  }, random);
  if (!binary) return request(INFER_PATH, "application/json", changed);
  const length = random(8) === 0 ? random(20_000) : changed.length;
  return request(
    INFER_PATH,
    "application/octet-stream",
    joined(changed, new Uint8Array(random(16) === 0 ? random(20_000) : 12288)),
    `Inference-Header-Content-Length: ${length}\r\n`,
  );
}

/** The pixels as rows of columns of samples. */
function nested(pixels: readonly number[]): Json {
  const columns = Array.from({ length: 4096 }, (_, i) => pixels.slice(3 * i, 3 * i + 3));
  return [Array.from({ length: 64 }, (_, y) => columns.slice(64 * y, 64 * y + 64))];
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
