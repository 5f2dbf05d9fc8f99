import { mutate } from "./mutate.ts";

/** A request as bytes for a socket. */
export interface RawRequest {
  readonly kind: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Random = (below: number) => number;
const encoder = new TextEncoder();

/**
 * Makes the requests of a fuzz run: something is wrong with the image, the form around it, the tensor
 * of the inference protocol, or the header.
 *
 * @param patch A good PNG.
 */
export function mutants(patch: Uint8Array<ArrayBuffer>, random: Random): RawRequest {
  const kind = ["image", "form", "tensor", "header"][random(4)] ?? "image";
  switch (kind) {
    case "image":
      return { kind, bytes: request("image/png", mutate(patch, random)) };
    case "form":
      return {
        kind,
        bytes: request("multipart/form-data; boundary=b", mutate(form(patch), random)),
      };
    case "tensor": {
      const [json, length] = tensor(random);
      const extra = length === undefined ? "" : `Inference-Header-Content-Length: ${length}\r\n`;
      const path = "/v2/models/mitosis-start/infer";
      return { kind, bytes: request("application/json", mutate(json, random), path, extra) };
    }
    default: {
      const whole = request("image/png", patch);
      const head = whole.indexOf(13, 200) + 4;
      const changed = mutate(whole.slice(0, head), random);
      return { kind, bytes: joined(changed, whole.slice(head)) };
    }
  }
}

/** An HTTP request whose length is right, whatever else is wrong. */
export function request(
  type: string,
  body: Uint8Array,
  path = "/model/predict",
  extra = "",
): Uint8Array<ArrayBuffer> {
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n` +
    `${extra}Connection: close\r\nX-Request-Timeout-Ms: 20000\r\nUser-Agent: fuzz\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  return joined(encoder.encode(head), body);
}

function form(patch: Uint8Array): Uint8Array {
  const head = '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n' +
    "Content-Type: image/png\r\n\r\n";
  // The framing is what is mutated: most of the image is left out.
  return joined(encoder.encode(head), patch.slice(0, 120), encoder.encode("\r\n--b--\r\n"));
}

/** JSON alone, or JSON with bytes behind it and its length. */
function tensor(random: Random): [body: Uint8Array, jsonLength: number | undefined] {
  const binary = random(2) === 0;
  const input = { name: "image", datatype: "UINT8", shape: [1, 64, 64, 3] };
  const json = encoder.encode(JSON.stringify({
    id: "a",
    inputs: [
      binary
        ? { ...input, parameters: { binary_data_size: 12288 } }
        : { ...input, data: Array.from({ length: 12288 }, (_, i) => i % 256) },
    ],
  }));
  if (!binary) return [json, undefined];
  return [joined(json, new Uint8Array(12288)), random(8) === 0 ? random(20_000) : json.length];
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
