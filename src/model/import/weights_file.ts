import { parseTar } from "nanotar";
import { gunzipSync } from "node:zlib";
import { messageOf, Problem } from "../../errors.ts";
import { publishedSha512, publishedUrls } from "./ibm.ts";

/** A weights file in memory. */
export interface WeightsFile {
  /** The file's name, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** No published archive is nearly this large; more is refused before it fills the memory. */
const maxBytes = 1 << 30;

/** How long one address may take. */
const fetchTimeoutMs = 60_000;

/**
 * Reads a `.hdf5` or `.h5` file, or the one inside a `.tar.gz`.
 *
 * @throws {Problem} `file_unreadable` when there is none at `path`; `weights_unreadable` when the archive
 * is damaged or holds no HDF5 file.
 */
export async function readWeightsFile(path: string): Promise<WeightsFile> {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  try {
    return unpack({ name, bytes: await Deno.readFile(path) });
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("file_unreadable", `'${path}' cannot be read: ${messageOf(thrown)}.`);
  }
}

/**
 * Fetches IBM's published weights from the first address that answers.
 *
 * @param fetcher Stands in for `fetch` in tests.
 * @throws {Problem} `weights_unavailable`, naming every address that was tried and what to do instead.
 */
export async function fetchWeightsFile(
  fetcher: typeof fetch = globalThis.fetch,
): Promise<WeightsFile> {
  const failures: string[] = [];
  for (const url of publishedUrls) {
    try {
      const response = await fetcher(url, { signal: AbortSignal.timeout(fetchTimeoutMs) });
      if (!response.ok) throw new Error(`it answers ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return unpack({ name: url.slice(url.lastIndexOf("/") + 1), bytes });
    } catch (thrown) {
      failures.push(`${url} (${messageOf(thrown)})`);
    }
  }
  throw new Problem(
    "weights_unavailable",
    `Tried were ${failures.join(" and ")}. ` +
      "Fetch one of them by other means and pass the file: deno task model:import FILE.",
  );
}

/** SHA-512 in hexadecimal. */
export async function sha512Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", bytes)).toHex();
}

/**
 * Whether the file is the one that IBM published.
 *
 * @throws {Problem} `weights_unverified` when it is not, unless `allowUnverified`.
 */
export async function verifyWeights(file: WeightsFile, allowUnverified: boolean): Promise<boolean> {
  const sha512 = await sha512Of(file.bytes);
  if (sha512 === publishedSha512) return true;
  if (allowUnverified) return false;
  throw new Problem(
    "weights_unverified",
    `${file.name} has SHA-512 ${sha512.slice(0, 16)}…, IBM's published model has ` +
      `${publishedSha512.slice(0, 16)}…. For a network of your own, add --allow-unverified.`,
  );
}

/** The HDF5 file of a gzipped tar; any other file as it is. */
function unpack(file: WeightsFile): WeightsFile {
  const { name, bytes } = file;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return file;
  let entries;
  try {
    entries = parseTar(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  } catch (cause) {
    throw new Problem(
      "weights_unreadable",
      `${name} is a damaged archive: ${messageOf(cause)}. Fetch it again.`,
      { cause },
    );
  }
  const entry = entries.find((candidate) => /\.(hdf5|h5)$/i.test(candidate.name));
  if (entry?.data === undefined) {
    throw new Problem(
      "weights_unreadable",
      `${name} holds no '.hdf5' or '.h5' file; in it are: ` +
        `${entries.map((candidate) => candidate.name).join(", ") || "no files"}.`,
    );
  }
  return { name: entry.name.split("/").at(-1) ?? name, bytes: new Uint8Array(entry.data) };
}
