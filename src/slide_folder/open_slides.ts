import type { Confinement } from "../slide/bytes/file_source.ts";
import { openSlide, type Slide, type SlideLevel } from "../slide/slide.ts";

/** The place of a slide, and the folder that reading must not leave. */
export interface SlidePlace {
  /** The path of a file, or of a folder of DICOM files. */
  readonly location: string;
  readonly confinement: Confinement;
  /** Changes when the files change. */
  readonly version: string;
}

/** Facts about a slide that can be read. They contain nothing about the patient. */
export interface SlideFacts {
  readonly width: number;
  readonly height: number;
  /** Micrometers per pixel that the file states; undefined if it states none. */
  readonly mpp: number | undefined;
  readonly format: string;
  /** From the largest to the smallest. */
  readonly levels: readonly SlideLevel[];
  /** `Slide.identity`: identifies the slide and its version. */
  readonly identity: string;
}

/** Returns the facts of an open slide. */
export function factsOf({ width, height, mpp, format, levels, identity }: Slide): SlideFacts {
  return { width, height, mpp, format, levels, identity };
}

/** Bytes of decoded tiles that each open slide keeps. */
const CACHE_BYTES = 24 << 20;

/** Maximum number of slides that are kept open for the next picture. */
const MAX_KEPT = 4;

/** An open slide, and the number of calls that use it. */
interface Kept {
  readonly slide: Promise<Slide>;
  users: number;
}

/** A cache of open slides. Keeps the most recently used ones. */
export class OpenSlides {
  readonly #kept = new Map<string, Kept>();

  /**
   * Calls a function with a slide. Opens the slide if it is not open yet.
   *
   * @throws {Problem} as {@linkcode openSlide}, and what `use` throws.
   */
  async with<T>(
    { location, confinement, version }: SlidePlace,
    use: (slide: Slide) => T | Promise<T>,
  ): Promise<T> {
    const key = `${location}\n${version}`;
    const kept = this.#kept.get(key) ?? {
      slide: openSlide(location, { confinement, maxCacheBytes: CACHE_BYTES }),
      users: 0,
    };
    // Moves the slide to the end, because a Map keeps the order of insertion.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users++;
    try {
      return await use(await kept.slide);
    } catch (thrown) {
      // A slide that changed or cannot be read is opened again the next time.
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw thrown;
    } finally {
      kept.users--;
      if (kept.users === 0 && this.#kept.get(key) !== kept) close(kept);
      this.#closeOldest();
    }
  }

  #closeOldest(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) return;
      if (kept.users > 0) continue;
      this.#kept.delete(key);
      close(kept);
    }
  }
}

function close({ slide }: Kept): void {
  slide.then((slide) => slide.close(), () => {});
}
