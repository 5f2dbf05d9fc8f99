import { messageOf, Problem } from "../../errors.ts";
import { semaphore } from "../../worker/semaphore.ts";
import { type ByteRange, type ByteSource, readJoined } from "./byte_source.ts";

/**
 * To read a small gap is faster than to seek. The length is limited because the joined bytes stay in memory
 * until all of their ranges are decoded.
 */
const JOIN_OPTIONS = { maxGap: 65_536, maxLength: 4 << 20, concurrency: 1 };

/** A folder that reading must not leave, for slides that strangers name. */
export interface Confinement {
  /** The folder, as an absolute path without links. */
  readonly folder: string;
  /** How messages call the slide; they then hold no name of a file or folder. */
  readonly title: string;
}

/**
 * Opens a file on a disk for reading at any offset.
 *
 * @throws {Problem} `file_unreadable`; `slide_not_allowed` for a link that leads out of the folder of
 * `confinement`.
 */
export async function openFileSource(
  path: string,
  confinement?: Confinement,
): Promise<ByteSource> {
  const name = confinement?.title ?? path;
  const file = await unlessUnreadable(name, async () => {
    await checkConfined(path, confinement);
    return await Deno.open(path);
  });
  try {
    const { size, mtime, isFile } = await unlessUnreadable(name, () => file.stat());
    if (!isFile) throw new Problem("file_unreadable", `'${name}' cannot be read: it is no file.`);
    return new FileSource(name, file, size, mtime?.getTime() ?? 0);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/**
 * Checks that a path, once its links are followed, lies in the folder to which reading is confined.
 *
 * @throws {Problem} `slide_not_allowed`.
 */
export async function checkConfined(
  path: string,
  confinement: Confinement | undefined,
): Promise<void> {
  if (confinement === undefined) return;
  const { folder, title } = confinement;
  const real = await Deno.realPath(path);
  if (real === folder || real.startsWith(folder.replace(/\/?$/, "/"))) return;
  throw new Problem(
    "slide_not_allowed",
    `'${title}' cannot be read: a link in its place leads out of the folder of slides.`,
  );
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly length: number;
  readonly version: string;
  readonly isRemote = false;
  readonly #file: Deno.FsFile;
  readonly #modified: number;
  // Allows one read at a time, because a file has only one position.
  readonly #turn = semaphore(1);

  constructor(name: string, file: Deno.FsFile, length: number, modified: number) {
    this.name = name;
    this.length = length;
    this.version = `${length} bytes of ${new Date(modified).toISOString()}`;
    this.#file = file;
    this.#modified = modified;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    const [bytes = new Uint8Array()] = await this.readMany([{ offset, length }], signal);
    return bytes;
  }

  async readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    await this.#turn.acquire(signal);
    try {
      await this.#checkUnchanged();
      return await readJoined(ranges, JOIN_OPTIONS, async ({ offset, length }) => {
        signal?.throwIfAborted();
        return await this.#readAt(offset, length);
      });
    } finally {
      this.#turn.release();
    }
  }

  close(): void {
    this.#file.close();
  }

  async #checkUnchanged(): Promise<void> {
    const { size, mtime } = await unlessUnreadable(this.name, () => this.#file.stat());
    if (size === this.length && (mtime?.getTime() ?? 0) === this.#modified) return;
    throw new Problem(
      "slide_changed",
      `'${this.name}' was written to while it was read; search it when it is complete.`,
    );
  }

  async #readAt(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await unlessUnreadable(this.name, async () => {
      await this.#file.seek(offset, Deno.SeekMode.Start);
      for (let at = 0; at < length;) {
        const count = await this.#file.read(bytes.subarray(at));
        if (count === null) throw new Error(`it ends after ${offset + at} bytes`);
        at += count;
      }
    });
    return bytes;
  }
}

/** Turns an error of the system into a {@linkcode Problem} that names the file. */
export async function unlessUnreadable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("file_unreadable", `'${path}' cannot be read: ${reasonOf(thrown)}.`);
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotCapable) return "Deno's permissions do not allow it";
  if (thrown instanceof Deno.errors.NotFound) return "there is no such file";
  if (thrown instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (thrown instanceof Deno.errors.PermissionDenied) return "the permission is missing";
  return messageOf(thrown).replace(/\.$/, "");
}
