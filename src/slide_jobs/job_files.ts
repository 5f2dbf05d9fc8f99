import { fileErrorReason, Problem } from "../errors.ts";
import { SLIDE_ID } from "../slide_folder/slide_entry.ts";
import { writeFile } from "../files/write_file.ts";
import { type ResultFormatName, resultFormatNames, resultFormats } from "./result_formats.ts";
import { type JobFile, jobSchema } from "./search_state.ts";

/** How long a client waits for the folder, in whole seconds. */
const RETRY_AFTER_SECONDS = 5;

/** The ids of a search and of its slide. */
type JobName = Pick<JobFile, "slide" | "id">;

/**
 * The files of searches: `SLIDE/SEARCH/job.json`, `journal` and `result.*` below RESULTS_DIR. The file `lock`
 * is locked by the process that uses the folder.
 */
export class JobFiles {
  readonly #folder: string;
  #lock: Deno.FsFile | undefined;

  constructor(folder: string) {
    this.#folder = folder.replace(/\/+$/, "") || "/";
  }

  /**
   * Locks the folder for this process. Creates it if it is missing.
   *
   * @throws {Problem} `results_unavailable` if another process has locked it, or if it cannot be written.
   */
  async lock(): Promise<void> {
    let file: Deno.FsFile | undefined;
    try {
      await Deno.mkdir(this.#folder, { recursive: true });
      file = await Deno.open(`${this.#folder}/lock`, { write: true, create: true });
      if (await file.tryLock(true)) {
        this.#lock = file;
        return;
      }
    } catch (thrown) {
      file?.close();
      throw unavailable(`cannot be written: ${this.withoutPath(fileErrorReason(thrown))}`);
    }
    file.close();
    throw unavailable("is in use by another process");
  }

  /** Unlocks the folder for other processes. */
  unlock(): void {
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** Returns the path of the files of a search, without a slash at the end. */
  pathOf({ slide, id }: JobName): string {
    return `${this.#folder}/${slide}/${id}`;
  }

  /** Reads `job.json` of all searches. Leaves out folders without a readable one. */
  async list(): Promise<JobFile[]> {
    const jobs: JobFile[] = [];
    for (const slide of await foldersIn(this.#folder)) {
      for (const id of await foldersIn(`${this.#folder}/${slide}`)) {
        const job = await this.read({ slide, id });
        if (job !== undefined) jobs.push(job);
      }
    }
    return jobs.sort((a, b) => a.createdAt < b.createdAt ? -1 : 1);
  }

  /** Reads `job.json` of a search; undefined if it is missing or cannot be read. */
  async read(name: JobName): Promise<JobFile | undefined> {
    try {
      const text = await Deno.readTextFile(`${this.pathOf(name)}/job.json`);
      const { success, data } = jobSchema.safeParse(JSON.parse(text));
      return success && data.slide === name.slide && data.id === name.id ? data : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Writes `job.json`, completely or not at all.
   *
   * @throws {Problem} `results_unavailable`.
   */
  async write(job: JobFile): Promise<void> {
    try {
      await writeFile(`${this.pathOf(job)}/job.json`, JSON.stringify(job));
    } catch (thrown) {
      throw this.named(thrown);
    }
  }

  /** Returns the size of the files of a search, in bytes. */
  async sizeOf(name: JobName): Promise<number> {
    let bytes = 0;
    try {
      for await (const { name: file, isFile } of Deno.readDir(this.pathOf(name))) {
        if (isFile) bytes += (await Deno.stat(`${this.pathOf(name)}/${file}`)).size;
      }
    } catch {
      // A file that is being renamed counts the next time.
    }
    return bytes;
  }

  /** Removes the files of a search. */
  async remove(name: JobName): Promise<void> {
    await Deno.remove(this.pathOf(name), { recursive: true });
    // Fails while other searches of the slide are there.
    await Deno.remove(`${this.#folder}/${name.slide}`).catch(() => {});
  }

  /** Lists the formats in which the result of a search exists. */
  async formatsOf(name: JobName): Promise<ResultFormatName[]> {
    const files = await Array.fromAsync(Deno.readDir(this.pathOf(name))).catch(() => []);
    const names = new Set(files.map(({ name }) => name));
    return resultFormatNames.filter((format) => names.has(`result${resultFormats[format].ending}`));
  }

  /** Returns whether a search has a journal. */
  async hasJournal(name: JobName): Promise<boolean> {
    return await Deno.stat(`${this.pathOf(name)}/journal`).then(() => true, () => false);
  }

  /** Copies the journal of another search, if there is one. */
  async copyJournal(from: JobName, to: JobName): Promise<void> {
    await Deno.copyFile(`${this.pathOf(from)}/journal`, `${this.pathOf(to)}/journal`).catch(
      () => {},
    );
  }

  /** Removes the path of the folder from a problem. */
  named(thrown: unknown): unknown {
    if (!(thrown instanceof Problem) || thrown.code !== "file_unwritable") return thrown;
    return new Problem("results_unavailable", this.withoutPath(thrown.message), {
      cause: thrown,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  withoutPath(message: string): string {
    return message.replaceAll(this.#folder, "RESULTS_DIR");
  }
}

async function foldersIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isDirectory && SLIDE_ID.test(name)) names.push(name);
  }
  return names.sort();
}

function unavailable(why: string): Problem {
  return new Problem(
    "results_unavailable",
    `The folder of results (RESULTS_DIR) ${why}. Try again in ${RETRY_AFTER_SECONDS} s.`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}
