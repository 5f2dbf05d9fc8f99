import type { RequestFormat } from "./peers.ts";

/** A request with a number of copies of one patch. */
export interface RequestBody {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Makes the request with `count` copies of a PNG patch. */
export async function requestBody(
  format: RequestFormat,
  patch: Uint8Array<ArrayBuffer>,
  count: number,
): Promise<RequestBody> {
  if (format === "form") {
    const form = new FormData();
    for (let i = 0; i < count; i++) {
      form.append("image", new Blob([patch], { type: "image/png" }), "patch.png");
    }
    const request = new Response(form);
    const contentType = request.headers.get("content-type") ?? "";
    return { contentType, bytes: new Uint8Array(await request.arrayBuffer()) };
  }
  const input = {
    name: "images",
    shape: [count, 1],
    datatype: "BYTES",
    data: Array.from({ length: count }, () => patch.toBase64()),
  };
  const bytes = new TextEncoder().encode(JSON.stringify({ inputs: [input] }));
  return { contentType: "application/json", bytes };
}

/** Returns the probabilities of an answer, in both formats. */
export function probabilitiesOf(answer: unknown): number[] {
  const { predictions, outputs } = answer as {
    predictions?: { probability: number }[];
    outputs?: { data: number[] }[];
  };
  return predictions?.map(({ probability }) => probability) ?? outputs?.[0]?.data ?? [];
}
