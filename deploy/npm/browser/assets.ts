/** The files of the package, written so that bundlers find them. */
const FILES: Readonly<Record<string, URL>> = {
  "ort.wasm": new URL("./ort.wasm", import.meta.url),
  "mitosis.onnx": new URL("./mitosis.onnx", import.meta.url),
  "metaphase.png": new URL("./metaphase.png", import.meta.url),
};

/** Replaces `deploy/npm/assets.ts`: fetches a file of the package. */
export async function readAsset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = FILES[name];
  if (url === undefined) throw new Error(`the package has no file ${name}`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers with status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
