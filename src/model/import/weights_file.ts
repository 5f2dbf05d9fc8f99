import { parseTar } from "nanotar";
import { gunzipSync } from "node:zlib";
import { messageOf, Problem } from "../../errors.ts";
import { checkTar } from "./check_tar.ts";
import { PUBLISHED_SHA512, PUBLISHED_URLS } from "./ibm.ts";

/** A weights file, read into memory. */
export interface WeightsFile {
  /** The file's name, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Maximum size of an unpacked archive, in bytes, so that a malicious archive cannot fill the
 * memory.
 */
const MAX_UNPACKED_BYTES = 2 ** 30;

/** Timeout of one download, in milliseconds. */
const FETCH_TIMEOUT_MS = 60_000;

/**
 * Reads a `.hdf5` or `.h5` file, or the first one inside a `.tar.gz`.
 *
 * @throws {Problem} `file_unreadable` when `path` cannot be read; `weights_unreadable` when the
 * archive is damaged or has no HDF5 file.
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
 * Downloads IBM's published weights from the first URL that works.
 *
 * @param fetcher Replaces `fetch` in tests.
 * @throws {Problem} `weights_unavailable` when no URL works. The message has all URLs and their
 * errors.
 */
export async function fetchWeightsFile(
  fetcher: typeof fetch = globalThis.fetch,
): Promise<WeightsFile> {
  const failures: string[] = [];
  for (const url of PUBLISHED_URLS) {
    try {
      const response = await fetcher(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      if (!response.ok) throw new Error(`HTTP status ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return unpack({ name: url.slice(url.lastIndexOf("/") + 1), bytes });
    } catch (thrown) {
      failures.push(`${url} (${messageOf(thrown)})`);
    }
  }
  throw new Problem(
    "weights_unavailable",
    `The weights cannot be downloaded from ${failures.join(" or from ")}. ` +
      "Download one of these files by other means and pass its path: deno task model:import FILE.",
  );
}

/** Computes a SHA-512 and returns it in hexadecimal. */
export async function sha512Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", bytes)).toHex();
}

/**
 * Checks whether the file is the one that IBM published.
 *
 * @returns True if it is; false if it is not and `allowUnverified` is set.
 * @throws {Problem} `weights_unverified` when it is not, unless `allowUnverified` is set.
 */
export async function verifyWeights(file: WeightsFile, allowUnverified: boolean): Promise<boolean> {
  const sha512 = await sha512Of(file.bytes);
  if (sha512 === PUBLISHED_SHA512) return true;
  if (allowUnverified) return false;
  throw new Problem(
    "weights_unverified",
    `${file.name} has SHA-512 ${sha512.slice(0, 16)}…, but IBM's published model has ` +
      `${PUBLISHED_SHA512.slice(0, 16)}…. To import a network of your own, add --allow-unverified.`,
  );
}

/** Returns the first HDF5 file of a gzipped tar. Returns any other file unchanged. */
function unpack(file: WeightsFile): WeightsFile {
  const { name, bytes } = file;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return file;
  let entries;
  try {
    // A copy: the library reads the whole buffer below a view.
    const tar = new Uint8Array(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }));
    checkTar(tar);
    entries = parseTar(tar);
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError && "code" in cause &&
      cause.code === "ERR_BUFFER_TOO_LARGE";
    const why = isTooLarge
      ? `it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`
      : messageOf(cause);
    throw new Problem(
      "weights_unreadable",
      `${name} is a damaged archive: ${why}. Download it again.`,
      { cause },
    );
  }
  const entry = entries.find(({ name, type }) => type === "file" && /\.(hdf5|h5)$/i.test(name));
  if (entry?.data === undefined) {
    throw new Problem(
      "weights_unreadable",
      `${name} has no '.hdf5' or '.h5' file; it has: ` +
        `${entries.map((candidate) => candidate.name).join(", ") || "no files"}.`,
    );
  }
  return { name: entry.name.split("/").at(-1) ?? name, bytes: new Uint8Array(entry.data) };
}
